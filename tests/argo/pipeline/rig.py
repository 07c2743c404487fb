"""A cycle over bars and votes that a test sets: everything real but the feed, the sources and the log."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from argo_core.consensus import ConsensusEngine, ConsensusPolicy, Weights
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.bars import Bars
from argo_core.model.instant import InstantArray
from argo_core.model.sessions import Sessions
from argo_core.model.source import Group, SourceSpec
from argo_core.pipeline import Cycle, CyclePolicy, Stages
from argo_core.ports import SignalLog
from argo_core.regime import RegimeDetector
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_feed import MemoryFeed
from argo_core.testing.scripted_source import ScriptedSource
from argo_core.tracking import Tracker

FIRST = datetime(2026, 1, 2, 15, 0, tzinfo=UTC)
WARM = 60
PRICE = SourceSpec(name="price", group=Group.MARKET_DATA, weight=0.6, ttl_equity_seconds=60)
CHART = SourceSpec(name="chart", group=Group.TECHNICAL, weight=0.4, ttl_equity_seconds=60)
Answers = dict[str, tuple[int, float]]


class Rig:
    """Minute bars that end in the given closes; view number n shows the n-th of them. Answers can change in between."""

    def __init__(self, log: SignalLog, closes: Mapping[str, Sequence[float]], answers: Answers, **policy: Any) -> None:
        self.symbols = list(closes)
        self.answers = answers
        history = {symbol: walk_to(symbol, list(path)) for symbol, path in closes.items()}
        views = len(next(iter(closes.values())))
        instants = [FIRST + timedelta(minutes=WARM + 1 + step) for step in range(views)]
        tracker, numbers = FeatureTracker(), itertools.count(1)
        self.clock = FixedClock(datetime(2026, 11, 21, 4, 0, tzinfo=UTC))
        self.stages = Stages(
            feed=MemoryFeed(history, instants),
            sources=(ScriptedSource(PRICE, answers), ScriptedSource(CHART, answers)),
            tracker=tracker,
            detector=RegimeDetector(tracker=tracker),
            engine=ConsensusEngine(Weights.of([PRICE, CHART]), ConsensusPolicy(threshold=60)),
            sessions=trading_days(),
            clock=self.clock,
            new_id=lambda: f"{next(numbers):06d}",
            ticks=lambda: 0.0,
            policy=CyclePolicy(**{"price_change_threshold": 0.0, **policy}),
        )
        self.cycle = Cycle(self.stages, Tracker(log), None)


def trading_days() -> Sessions:
    """Every day from 14:30 to 21:00 UTC."""
    days = np.arange("2026-01-02", "2026-02-20", dtype="datetime64[D]").astype("datetime64[us]")
    opens: InstantArray = np.array(days + np.timedelta64(870, "m"), dtype="datetime64[us]")
    closes: InstantArray = np.array(days + np.timedelta64(1260, "m"), dtype="datetime64[us]")
    return Sessions("TEST", opens, closes)


def walk_to(symbol: str, closes: list[float]) -> Bars:
    """WARM gentle bars around the first close, then one bar per given close; highs and lows half a percent away."""
    gentle = [closes[0] * (1.002 if step % 2 else 0.998) for step in range(WARM)]
    close = np.array(gentle + closes)
    opened = np.concatenate((close[:1], close[:-1]))
    high, low = np.maximum(opened, close) * 1.005, np.minimum(opened, close) * 0.995
    start = np.datetime64(FIRST.replace(tzinfo=None), "us") + np.arange(len(close)) * np.timedelta64(1, "m")
    return Bars.of(symbol, "1Min", start, np.array([opened, high, low, close, np.ones(len(close))]))
