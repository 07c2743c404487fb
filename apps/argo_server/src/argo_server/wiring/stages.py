"""The stages of a generator, as its settings describe them."""

from __future__ import annotations

import time

from argo_core.adapters.replay import ReplayFeed
from argo_core.adapters.sortable_id import sortable_ids
from argo_core.adapters.system_clock import SystemClock
from argo_core.consensus import ConsensusEngine, Weights
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.pipeline import Stages
from argo_core.regime import RegimeDetector, RegimePolicy
from argo_core.risk import LevelPolicy
from argo_core.tracking import CostPolicy, HorizonPolicy
from argo_server.settings import Settings
from argo_server.wiring.market import RecordedMarket
from argo_server.wiring.policies import as_policy, consensus_policy, cycle_policy
from argo_server.wiring.sources import configured_sources


def stages_of(settings: Settings, market: RecordedMarket, feed: ReplayFeed, clock: SystemClock) -> Stages:
    """The walk of a cycle over this market. Raises ConfigError."""
    file = settings.file
    tracker = FeatureTracker()
    sources = configured_sources(file, tracker)
    weights = Weights.of(source.spec for source in sources)
    return Stages(
        feed=feed,
        sources=sources,
        tracker=tracker,
        detector=RegimeDetector(as_policy(file.regime, RegimePolicy), tracker),
        engine=ConsensusEngine(weights, consensus_policy(file)),
        sessions=market.sessions,
        clock=clock,
        new_id=sortable_ids(clock),
        ticks=time.perf_counter,
        policy=cycle_policy(file),
        levels=as_policy(file.levels, LevelPolicy),
        horizon=as_policy(file.horizon, HorizonPolicy),
        costs=as_policy(file.costs, CostPolicy),
    )
