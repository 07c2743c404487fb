"""The limit: the rule as one plain compiled loop, as short as it can be written, without checks."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from benchmarks.peers.serving import Work

Floats = NDArray[np.float64]


@njit(cache=True)
def plain_loop(opens: Floats, closes: Floats, fast: int, slow: int) -> tuple[float, int]:
    """Final equity and entries of one account."""
    cash, held, ordered, entries = 100_000.0, 0.0, 0, 0
    fast_sum = slow_sum = quick = lazy = 0.0
    for bar in range(closes.size):
        if ordered == 1:
            cash -= 10.0 * opens[bar] * 1.001
            held, entries = 10.0, entries + 1
        elif ordered == -1:
            cash += 10.0 * opens[bar] * 0.999
            held = 0.0
        ordered = 0
        fast_sum += closes[bar]
        slow_sum += closes[bar]
        if bar >= fast:
            fast_sum -= closes[bar - fast]
        if bar >= slow:
            slow_sum -= closes[bar - slow]
        if bar >= slow - 1:
            was_quick, was_lazy = quick, lazy
            quick, lazy = fast_sum / fast, slow_sum / slow
            if bar >= slow:
                if held == 0.0 and quick > lazy and was_quick <= was_lazy:
                    ordered = 1
                elif held > 0.0 and quick < lazy:
                    ordered = -1
    return cash + held * closes[-1], entries


@njit(cache=True)
def plain_loops(opens: Floats, closes: Floats, pairs: NDArray[np.int64]) -> tuple[float, int]:
    """Sums over symbols and pairs."""
    equity, entries = 0.0, 0
    for symbol in range(closes.shape[0]):
        for pair in range(pairs.shape[0]):
            one, count = plain_loop(opens[symbol], closes[symbol], pairs[pair, 0], pairs[pair, 1])
            equity += one
            entries += count
    return equity, entries


def limit(work: Work) -> tuple[float, int]:
    """Sum of final equities and number of entries."""
    equity, entries = plain_loops(work.opens, work.closes, work.pairs)
    return float(equity), int(entries)
