"""The parts that a cycle walks through, as one frozen value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from argo_core.consensus import ConsensusEngine
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.sessions import Sessions
from argo_core.model.shard import WHOLE, Shard
from argo_core.pipeline.policy import CyclePolicy
from argo_core.pipeline.trace_book import TraceBook
from argo_core.ports.clock import Clock
from argo_core.ports.market_feed import MarketFeed
from argo_core.ports.silent_tracer import SILENT
from argo_core.ports.source import Source
from argo_core.ports.tracer import Tracer
from argo_core.regime import RegimeDetector
from argo_core.risk import LevelPolicy
from argo_core.tracking import CostPolicy, HorizonPolicy


@dataclass(frozen=True, slots=True)
class Stages:
    """Everything `Cycle` needs but the log. `new_id` gives a fresh, sortable id of at most 40 ASCII characters;
    `ticks` is a monotonic clock in seconds, for durations only; `shard` marks the ids of its cycles; in `traces` is
    left which step its messages come from."""

    feed: MarketFeed
    sources: tuple[Source, ...]
    tracker: FeatureTracker
    detector: RegimeDetector
    engine: ConsensusEngine
    sessions: Sessions
    clock: Clock
    new_id: Callable[[], str]
    ticks: Callable[[], float]
    policy: CyclePolicy = field(default_factory=CyclePolicy)
    levels: LevelPolicy = field(default_factory=LevelPolicy)
    horizon: HorizonPolicy = field(default_factory=HorizonPolicy)
    costs: CostPolicy = field(default_factory=CostPolicy)
    shard: Shard = WHOLE
    tracer: Tracer = SILENT
    traces: TraceBook = field(default_factory=TraceBook)
