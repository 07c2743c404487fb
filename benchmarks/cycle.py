"""The cycle from bars to commit, and the consensus alone, beside their limits.

Run: `python -m benchmarks.cycle`. Six symbols: one new bar each, both bar sources, regime, consensus, decisions, hash,
one durable SQLite transaction (WAL, synchronous=FULL). Ten thousand symbols: the same with one new bar each, after
their history was loaded; six votes each for the consensus figure. Bars are a seeded random walk: this measures time,
it says nothing about markets.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from argo_core import (
    Bars,
    ConsensusEngine,
    ConsensusPolicy,
    Group,
    RegimeDetector,
    SourceSpec,
    VoteColumn,
    VoteTable,
    Weights,
)
from argo_core.adapters.sortable_id import sortable_ids
from argo_core.adapters.sql import Database, SqlSignalLog
from argo_core.adapters.sql.upgrade import upgrade
from argo_core.adapters.system_clock import SystemClock
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.market_view import MarketView
from argo_core.model.sessions import Sessions
from argo_core.pipeline import Cycle, CyclePolicy, Stages
from argo_core.sources import FeatureSource, price_action, technical
from argo_core.testing.memory_feed import MemoryFeed
from argo_core.tracking import Tracker

MIGRATIONS = Path(__file__).parent.parent / "migrations" / "argo"
FIRST = np.datetime64("2026-01-02T15:00", "us")
WARM_BARS = 300


def main() -> int:
    """Print each figure beside its limit; exit status 1 if one is missed."""
    small = asyncio.run(cycles(6, WARM_BARS, 60))
    large = asyncio.run(cycles(10_000, WARM_BARS, 5))
    rows = [
        ("cycle of 6 symbols, p50", percentile(small, 50), None),
        ("cycle of 6 symbols, p95", percentile(small, 95), 50.0),
        ("consensus, 6 symbols × 6 votes", consensus_ms(6), 0.3),
        ("consensus, 500 × 6", consensus_ms(500), 1.0),
        ("consensus, 10,000 × 6", consensus_ms(10_000), 5.0),
        ("consensus, 100,000 × 6", consensus_ms(100_000), 50.0),
        ("cycle of 10,000 symbols, median", percentile(large, 50), 1000.0),
    ]
    print(f"{'':<36}{'ms':>10}{'limit':>10}")
    for name, value, limit in rows:
        print(f"{name:<36}{value:>10.3f}{'' if limit is None else limit:>10}")
    return int(any(limit is not None and value > limit for _, value, limit in rows))


async def cycles(symbols: int, warm_bars: int, count: int) -> list[float]:
    """Milliseconds of each cycle after the first, which loads the history."""
    names = [f"S{number:05d}" for number in range(symbols)]
    history = random_walks(names, warm_bars + count)
    start = datetime(2026, 1, 2, 15, 0, tzinfo=UTC)
    instants = [start + timedelta(minutes=warm_bars + step) for step in range(count + 1)]
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/bench.db"
        await upgrade(url, MIGRATIONS)
        database = await Database.open(url)
        try:
            cycle = Cycle(stages(MemoryFeed(history, instants)), Tracker(SqlSignalLog(database)), None)
            return [(await cycle.run(names)).duration_ms for _ in range(count + 1)][1:]
        finally:
            await database.close()


def stages(feed: MemoryFeed) -> Stages:
    """The demo's sources on the bars of a feed; nothing is skipped as unmoved."""
    tracker, clock = FeatureTracker(), SystemClock()
    price = SourceSpec(name="price_action", group=Group.MARKET_DATA, weight=0.6)
    chart = SourceSpec(name="technical", group=Group.TECHNICAL, weight=0.4)
    days = FIRST.astype("datetime64[D]") + np.arange(60) * np.timedelta64(1, "D")
    return Stages(
        feed=feed,
        sources=(FeatureSource(price, price_action, tracker), FeatureSource(chart, technical, tracker)),
        tracker=tracker,
        detector=RegimeDetector(tracker=tracker),
        engine=ConsensusEngine(Weights.of([price, chart]), ConsensusPolicy(threshold=60)),
        sessions=Sessions("TEST", days + np.timedelta64(870, "m"), days + np.timedelta64(1260, "m")),
        clock=clock,
        new_id=sortable_ids(clock),
        ticks=time.perf_counter,
        policy=CyclePolicy(price_change_threshold=0.0),
    )


def random_walks(names: list[str], bars: int) -> dict[str, Bars]:
    """Seeded minute bars, one history per symbol."""
    generator = np.random.default_rng(6)
    start = FIRST + np.arange(bars) * np.timedelta64(1, "m")
    history = {}
    for name in names:
        close = 100.0 * np.exp(np.cumsum(generator.normal(0, 0.001, bars)))
        opened = np.concatenate(([100.0], close[:-1]))
        high, low = np.maximum(opened, close) * 1.0005, np.minimum(opened, close) * 0.9995
        history[name] = Bars.of(name, "1Min", start, np.array([opened, high, low, close, np.full(bars, 1000.0)]))
    return history


def consensus_ms(symbols: int, rounds: int = 15) -> float:
    """Median milliseconds from six columns of votes to the consensus of all symbols."""
    weights, now = Weights.default(), datetime(2026, 1, 2, 15, 30, tzinfo=UTC)
    generator, at = np.random.default_rng(7), np.datetime64("2026-01-02T15:30", "us")
    names = tuple(f"S{number}" for number in range(symbols))
    seen, present = np.full(symbols, at), np.zeros(symbols, dtype=np.uint8)
    columns = [
        VoteColumn(
            member.name, generator.integers(-1, 2, symbols).astype(np.int8), generator.uniform(50, 100, symbols),
            np.full(symbols, 100.0), seen, seen, present, np.ones(symbols, dtype=np.bool_),
        )
        for member in weights.members
    ]  # fmt: skip
    engine = ConsensusEngine(weights, ConsensusPolicy(threshold=60))
    view = MarketView(now, names, (), np.full(symbols, 100.0), seen)
    regime = np.ones(symbols, dtype=np.int8)
    table = VoteTable.of(weights, names, columns, now)
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        engine.decide(table, view, regime)
        times.append((time.perf_counter() - started) * 1000)
    return percentile(times, 50)


def percentile(values: list[float], q: float) -> float:
    return float(np.percentile(values, q))


if __name__ == "__main__":
    sys.exit(main())
