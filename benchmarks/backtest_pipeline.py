"""The whole pipeline over history, from votes to fills: ours and the limit.

Run: `python -m benchmarks.backtest_pipeline [--runs N]`. Two workloads of six symbols: ten years of recorded daily bars
(packages of the extra demo-data), and one year of minute bars that are **generated** (a seeded random walk: this
measures time and says nothing about markets). Included: votes, consensus, regimes, signals, outcomes, risk, sizes,
brackets, fills, headline figures; not included: reading the bars. Seconds are medians of the processor's time and of
the wall's; the limit is for the wall on a machine with nothing else to do.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np

from argo_core.adapters.exchange_calendar import ExchangeCalendar
from argo_core.adapters.replay import ReplayLibrary
from argo_core.backtest import Backtest
from argo_core.model.bars import Bars
from argo_core.model.sessions import Sessions

SYMBOLS = ("AAPL", "AMD", "AMZN", "BA", "GOOGL", "TSLA")
CACHE = Path("var/benchmarks")
MINUTES = 390
DAILY_LIMIT, MINUTE_LIMIT = 1.0, 20.0


def main() -> int:
    """Print each figure beside its limit; exit status 1 if one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    calendar = ExchangeCalendar("XNYS", CACHE)
    sessions = calendar.sessions(date(2009, 1, 2), date(2020, 12, 31))
    recorded = list(ReplayLibrary(calendar, CACHE).load(SYMBOLS).values())
    missed = measured("6 symbols x 10 years of recorded daily bars", recorded, sessions, runs, DAILY_LIMIT)
    missed |= measured("6 symbols x 1 year of generated minutes", generated(sessions), sessions, 1, MINUTE_LIMIT)
    return int(missed)


def measured(name: str, bars: list[Bars], sessions: Sessions, runs: int, limit: float) -> bool:
    """Whether the limit was missed, told in a line."""
    walls, processor = [], []
    for _ in range(runs + 1):
        wall, busy = time.perf_counter(), time.process_time()
        found = Backtest.of(bars, sessions=sessions).run()
        walls.append(time.perf_counter() - wall)
        processor.append(time.process_time() - busy)
    wall = statistics.median(walls[1:])
    print(
        f"{name}: {wall:.2f} s (processor {statistics.median(processor[1:]):.2f} s), limit {limit:g} s: "
        f"{len(found.strategy.instants):,} moments, {len(found.strategy.signals):,} signals, "
        f"{len(found.profit.trades):,} trades"
    )
    return wall > limit


def generated(sessions: Sessions) -> list[Bars]:
    """A year of minutes of six symbols, seeded."""
    rng = np.random.default_rng(7)
    first = int(sessions.opens.searchsorted(np.datetime64("2018-01-02")))
    start = (sessions.opens[first : first + 252, None] + np.arange(MINUTES) * np.timedelta64(1, "m")).ravel()
    return [walk(symbol, start, rng) for symbol in SYMBOLS]


def walk(symbol: str, start: np.ndarray, rng: np.random.Generator) -> Bars:
    """One symbol's minutes."""
    moves = rng.standard_t(4, len(start)) * 0.0006 * rng.uniform(0.7, 1.5)
    close = 100.0 * np.exp(np.cumsum(moves))
    opened = np.concatenate(([100.0], close[:-1]))
    high = np.maximum(opened, close) * (1.0 + np.abs(rng.normal(0, 3e-4, len(start))))
    low = np.minimum(opened, close) * (1.0 - np.abs(rng.normal(0, 3e-4, len(start))))
    return Bars.of(symbol, "1Min", start, np.array([opened, high, low, close, np.full(len(start), 1e5)]))


if __name__ == "__main__":
    sys.exit(main())
