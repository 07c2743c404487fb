"""The live cycle fed bar by bar: what the fast path must equal."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from argo_core.backtest.strategy import Strategy
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.cycle import CycleRecord
from argo_core.model.decision import Decision
from argo_core.model.outcome import Outcome
from argo_core.model.signal import Signal
from argo_core.pipeline import Cycle, Stages
from argo_core.ports.source import Source
from argo_core.regime import RegimeDetector
from argo_core.sources import FeatureSource
from argo_core.testing.memory_feed import MemoryFeed
from argo_core.testing.memory_log import MemoryLog
from argo_core.tracking import Tracker
from tests.argo.backtest.markets import Market, aware


class MovableClock:
    """Shows what it is set to."""

    def __init__(self, market: Market) -> None:
        self.moment = aware(market.moments)[0]

    def now(self) -> datetime:
        return self.moment


@dataclass
class LiveRun:
    """What the cycles left, by moment."""

    records: list[CycleRecord] = field(default_factory=list)

    @property
    def decisions(self) -> list[tuple[int, Decision]]:
        return [(moment, one) for moment, record in enumerate(self.records) for one in record.decisions]

    @property
    def signals(self) -> list[tuple[int, Signal]]:
        return [(moment, one.signal) for moment, record in enumerate(self.records) for one in record.signals]

    @property
    def outcomes(self) -> list[tuple[int, Outcome]]:
        return [(moment, one) for moment, record in enumerate(self.records) for one in record.outcomes]


async def live_run(strategy: Strategy, market: Market) -> LiveRun:
    """Each moment as one cycle over the same stages, with a clock that shows the market's time."""
    tracker, clock, numbers = FeatureTracker(), MovableClock(market), itertools.count(1)
    rules = strategy.emission
    feed = MemoryFeed({bars.symbol: bars for bars in market.bars}, aware(market.moments))
    stages = Stages(
        feed=feed,
        sources=tuple(_followed(source, tracker) for source in strategy.sources),
        tracker=tracker,
        detector=RegimeDetector(strategy.regime, tracker),
        engine=strategy.engine,
        sessions=rules.sessions,
        clock=clock,
        new_id=lambda: f"{next(numbers):06d}",
        ticks=lambda: 0.0,
        policy=rules.cycle,
        levels=rules.levels,
        horizon=rules.horizon,
        costs=rules.costs,
    )
    run, cycle = LiveRun(), Cycle(stages, Tracker(MemoryLog()), None)
    for clock.moment in aware(market.moments):
        report = await cycle.run([bars.symbol for bars in market.bars])
        run.records.append(report.record)
    return run


def nameless(value: msgspec.Struct) -> dict[str, object]:
    """Everything of a signal or decision but its name and where its data are said to come from."""
    fields = msgspec.structs.asdict(value)
    return {
        name: fields[name] for name in fields if name not in ("signal_id", "decision_id", "repeat_of", "data_source")
    }


def _followed(source: Source, tracker: FeatureTracker) -> Source:
    """A source on features reads those of this run's own tracker."""
    return FeatureSource(source.spec, source.function, tracker) if isinstance(source, FeatureSource) else source
