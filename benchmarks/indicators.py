"""The indicator kernels beside TA-Lib, and the live bank beside its limits.

Run: `python -m benchmarks.indicators`. Medians of paired runs in one process, wall time.
Batch: 500 symbols × 300 bars of a seeded walk of log prices. Ours includes the checks at the door, the turn to
time-major order and back (the results are views); TA-Lib is called once per symbol, and its results stay apart, one
array per symbol. ADX stands for ADX, +DI and -DI on both sides.
Live: one new bar for every symbol of a warm bank, checks included, and a snapshot of all readings. "Scattered" feeds
the same number of symbols in random order, their histories of different length, so that nothing is contiguous.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import talib
from numpy.typing import NDArray

from argo_core.measures.adx import adx
from argo_core.measures.atr import atr
from argo_core.measures.bank import IndicatorBank
from argo_core.measures.bollinger import bollinger
from argo_core.measures.daily_readings import DailyReadings
from argo_core.measures.feature_panel import feature_panel
from argo_core.measures.macd import macd
from argo_core.measures.rsi import rsi

Floats = NDArray[np.float64]
Work = Callable[[], object]

SYMBOLS, BARS, PAIRS = 500, 300, 15
LIVE_LIMITS = {6: 1.0, 500: 1.0, 10_000: 20.0}
WARM, LIVE = 120, 60


def main() -> int:
    """Print each figure beside its limit; exit status 1 if one is missed."""
    missed = batch()
    missed += live()
    return int(missed > 0)


def batch() -> int:
    high, low, close = bars(SYMBOLS, BARS)
    rows = [(high[row], low[row], close[row]) for row in range(SYMBOLS)]
    work: dict[str, tuple[Work, Work]] = {
        "RSI": (lambda: rsi(close), lambda: [talib.RSI(c) for _, _, c in rows]),
        "MACD": (lambda: macd(close), lambda: [talib.MACD(c) for _, _, c in rows]),
        "ATR": (lambda: atr(high, low, close), lambda: [talib.ATR(h, w, c) for h, w, c in rows]),
        "ADX, +DI, -DI": (
            lambda: adx(high, low, close),
            lambda: [(talib.ADX(h, w, c), talib.PLUS_DI(h, w, c), talib.MINUS_DI(h, w, c)) for h, w, c in rows],
        ),
        "Bollinger": (lambda: bollinger(close), lambda: [talib.BBANDS(c, 20, 2.0, 2.0) for _, _, c in rows]),
    }
    print(f"{f'batch, {SYMBOLS} × {BARS}, ms':<36}{'ours':>10}{'TA-Lib':>10}{'limit':>10}{'ratio':>8}")
    ours = theirs = 0.0
    for name, (mine, other) in work.items():
        a, b = paired(mine, other)
        ours, theirs = ours + a, theirs + b
        print(f"{name:<36}{a:>10.2f}{b:>10.2f}{2 * b:>10.2f}{a / b:>8.2f}")
    print(f"{'all five':<36}{ours:>10.2f}{theirs:>10.2f}{2 * theirs:>10.2f}{ours / theirs:>8.2f}")
    panel, _ = paired(lambda: feature_panel(high, low, close), lambda: None)
    print(f"{'feature_panel, 21 readings':<36}{panel:>10.2f}\n")
    return int(ours > 2 * theirs)


def live() -> int:
    missed = 0
    print(f"{'live, one bar per symbol, ms':<36}{'append':>10}{'snapshot':>10}{'limit':>10}")
    for symbols, limit in LIVE_LIMITS.items():
        history = bars(symbols, WARM + LIVE)
        rows = np.random.default_rng(2).permutation(symbols)
        for name, order in ((f"{symbols:,} symbols", None), (f"{symbols:,} symbols, scattered", rows)):
            append, snapshot = one_bank(history, order)
            missed += append + snapshot > limit
            print(f"{name:<36}{append:>10.3f}{snapshot:>10.3f}{limit:>10.1f}")
    many = bars(10_000, BARS)
    started = time.perf_counter()
    IndicatorBank(10_000).replay(None, *many)
    print(f"{f'replay of 10,000 × {BARS} bars':<36}{1000 * (time.perf_counter() - started):>10.1f}")
    within, across = daily(10_000)
    print(f"{'daily readings, 10,000, within a day':<36}{within:>10.3f}")
    print(f"{'daily readings, 10,000, a day ends':<36}{across:>10.1f}")
    return missed


def one_bank(history: tuple[Floats, Floats, Floats], order: NDArray[np.int64] | None) -> tuple[float, float]:
    """Median milliseconds of an append for all symbols, and of a snapshot."""
    symbols = history[0].shape[0]
    bank = IndicatorBank(symbols)
    bank.replay(None, *(values[:, :WARM] for values in history))
    if order is not None:
        half = np.arange(0, symbols, 2)
        bank.append(half, *(values[half, 0] for values in history))
    appends, snapshots = [], []
    for bar in range(WARM, WARM + LIVE):
        high, low, close = (np.ascontiguousarray(values[:, bar]) for values in history)
        appends.append(milliseconds(lambda: bank.append(order, high, low, close)))  # noqa: B023 - called at once
        snapshots.append(milliseconds(bank.snapshot))
    return statistics.median(appends), statistics.median(snapshots)


def daily(symbols: int) -> tuple[float, float]:
    """Median milliseconds of an update with both read-outs: within a day, and with the first bar of the next."""
    generator = np.random.default_rng(3)
    days = np.arange(400)
    readings = DailyReadings(np.full(symbols, 365))
    readings.load(None, days, generator.random((symbols, 400)), generator.random((symbols, 400)))

    def bar(day: int) -> float:
        volatility, close = generator.random(symbols), generator.random(symbols)

        def work() -> None:
            readings.update(None, day, volatility, close)
            readings.median_volatility()
            readings.high_close()

        return milliseconds(work)

    across = statistics.median(bar(day) for day in range(400, 405))
    return statistics.median(bar(404) for _ in range(PAIRS)), across


def paired(mine: Work, other: Work) -> tuple[float, float]:
    """Median milliseconds of two pieces of work that take turns, after one turn that does not count."""
    turns = [(milliseconds(mine), milliseconds(other)) for _ in range(PAIRS + 1)][1:]
    return statistics.median(a for a, _ in turns), statistics.median(b for _, b in turns)


def milliseconds(work: Work) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def bars(symbols: int, time_steps: int) -> tuple[Floats, Floats, Floats]:
    """Log highs, lows and closes of a seeded walk, (symbols, time_steps): this measures time, it says nothing else."""
    generator = np.random.default_rng(1)
    close = 4.6 + 0.01 * generator.normal(size=(symbols, time_steps)).cumsum(axis=1)
    wicks = 0.005 * np.abs(generator.normal(size=(2, symbols, time_steps)))
    return close + wicks[0], close - wicks[1], close


if __name__ == "__main__":
    sys.exit(main())
