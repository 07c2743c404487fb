"""The stages of a generator, as its settings describe them."""

from __future__ import annotations

import time

from argo_core.adapters.sortable_id import sortable_ids
from argo_core.consensus import ConsensusEngine, Weights
from argo_core.pipeline import Stages
from argo_core.ports import Clock, Tracer
from argo_core.ports.silent_tracer import SILENT
from argo_core.regime import RegimeDetector, RegimePolicy
from argo_core.risk import LevelPolicy
from argo_core.tracking import CostPolicy, HorizonPolicy
from argo_server.settings import Settings
from argo_server.wiring.market_parts import MarketParts
from argo_server.wiring.policies import as_policy, consensus_policy, cycle_policy


def stages_of(settings: Settings, market: MarketParts, clock: Clock, tracer: Tracer = SILENT) -> Stages:
    """The walk of a cycle over this market. Raises ConfigError."""
    file = settings.file
    weights = Weights.of(source.spec for source in market.sources)
    return Stages(
        feed=market.feed,
        sources=market.sources,
        tracker=market.tracker,
        detector=RegimeDetector(as_policy(file.regime, RegimePolicy), market.tracker),
        engine=ConsensusEngine(weights, consensus_policy(file)),
        sessions=market.sessions,
        clock=clock,
        new_id=sortable_ids(clock),
        ticks=time.perf_counter,
        policy=cycle_policy(file),
        levels=as_policy(file.levels, LevelPolicy),
        horizon=as_policy(file.horizon, HorizonPolicy),
        costs=as_policy(file.costs, CostPolicy),
        shard=file.signal_generation.share,
        tracer=tracer,
    )
