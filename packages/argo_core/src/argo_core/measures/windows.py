"""Sums, moments and extremes of trailing windows, exact in the sense that no error is carried from window to window.

A window is put together from blocks of 1, 2, 4, 8 … bars. Unlike a running sum this does not drift over a long
history, and a window gives the same last bit whether it is computed alone or within a panel.

A sum of n values is off by at most γ · (|x₁| + … + |xₙ|), where γ = d·u / (1 - d·u), d = ⌈log₂ n⌉ and u = eps / 2, half
of float64's eps: the value in the block of 2ᵏ bars goes through k additions there; blocks join from the smallest on, so
that none goes through more than d in all, each off by u at most (Higham, Accuracy and Stability of Numerical
Algorithms, 2nd ed., sections 3.1 and 4.2). Where values cancel, that is much of what is left of them. n = 1 is exact.

All functions take (T, …) with time on the first axis and n ≥ 1, and return (T - n + 1, …): entry i is the window that
ends at bar i + n - 1. With fewer than n bars the result is empty. Inputs must be finite; nothing is checked here.
"""

from __future__ import annotations

import numpy as np

from argo_core.measures.panel import Floats

_TILE = 32_768


def window_sum(values: Floats, n: int) -> Floats:
    """Sum of the last n values, off by at most ⌈log₂ n⌉ roundings of the sum of their magnitudes: γ above."""
    if values.shape[0] < n:
        return values[:0]
    total, block = values[:0], values
    covered, size = 0, 1
    while covered < n:
        if n & size:
            total = total[size:] + block[:-covered] if covered else block
            covered += size
        if covered < n:
            block = block[size:] + block[:-size]
        size *= 2
    return total


def window_moments(values: Floats, n: int) -> tuple[Floats, Floats]:
    """Sum, and sum of squared deviations from the mean, of the last n values of a (T, S) array.

    Blocks are merged as in Chan, Golub & LeVeque (1979): nothing cancels, however far the values lie from 0. Equal
    values deviate by exactly 0 when n is a power of two or the sum of two, as 20 is.
    """
    time, symbols = values.shape
    if time < n:
        return values[:0], values[:0]
    total, spread = np.empty((time - n + 1, symbols)), np.empty((time - n + 1, symbols))
    # Some thirty passes over the same numbers: tiles that stay in the cache make them five times as fast.
    rows = min(time - n + 1, max(_TILE // (4 * symbols + 1), 8 * n))
    columns = max(1, _TILE // (rows + n))
    for first in range(0, time - n + 1, rows):
        for left in range(0, symbols, columns):
            tile = values[first : first + rows + n - 1, left : left + columns]
            here = np.s_[first : first + rows, left : left + columns]
            total[here], spread[here] = _tile_moments(tile, n)
    return total, spread


def _tile_moments(values: Floats, n: int) -> tuple[Floats, Floats]:
    block, spread = values, np.zeros_like(values)
    total, total_spread = block, spread
    covered, size = 0, 1
    while covered < n:
        if n & size:
            if covered:
                gap = total[size:] * (1 / covered) - block[:-covered] * (1 / size)
                gap *= gap
                gap *= covered * size / (covered + size)
                gap += total_spread[size:]
                gap += spread[:-covered]
                total, total_spread = total[size:] + block[:-covered], gap
            else:
                total, total_spread = block, spread
            covered += size
        if covered < n:
            block, spread = _doubled(block, spread, size)
        size *= 2
    return total, total_spread


def _doubled(block: Floats, spread: Floats, size: int) -> tuple[Floats, Floats]:
    gap = block[size:] - block[:-size]
    gap *= gap
    gap *= 0.5 / size
    if size > 1:
        gap += spread[size:]
        gap += spread[:-size]
    return block[size:] + block[:-size], gap


def window_max(values: Floats, n: int) -> Floats:
    """Largest of the last n values."""
    if values.shape[0] < n:
        return values[:0]
    block, size = values, 1
    while size * 2 <= n:
        block = np.maximum(block[size:], block[:-size])
        size *= 2
    # Two overlapping blocks cover what is left: an extreme may be counted twice.
    return np.maximum(block[n - size :], block[: block.shape[0] - (n - size)]) if n > size else block


def window_min(values: Floats, n: int) -> Floats:
    """Smallest of the last n values."""
    return -window_max(-values, n)
