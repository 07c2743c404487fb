"""Average directional index and the two directional indicators."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from argo_core.measures.moves import directional_moves, percent_of, true_range
from argo_core.measures.panel import Floats, TimeMajor, require_period
from argo_core.measures.recursions import LaneTable, run, wilder_mean, wilder_sum


def adx(high: ArrayLike, low: ArrayLike, close: ArrayLike, period: int = 14) -> tuple[Floats, Floats, Floats]:
    """ADX, +DI and -DI in 0–100, each of the shape of the inputs: (S, T) or (T,), time last, low ≤ close ≤ high.

    NaN before a row's first bar; +DI and -DI are NaN for its first `period` bars, ADX for its first 2·period - 1.
    Without any range both indicators are 0; without any directional movement ADX keeps its value, as in TA-Lib.
    Raises DataError: bad_shape, not_finite, bad_period. Source: Wilder 1978; equal to TA-Lib ADX, PLUS_DI, MINUS_DI.
    """
    frame = TimeMajor.of(high, low, close)
    highs, lows, closes = frame.series
    index, plus, minus = adx_columns(highs, lows, closes, period)
    return frame.restore(index), frame.restore(plus), frame.restore(minus)


def adx_columns(high: Floats, low: Floats, close: Floats, period: int) -> tuple[Floats, Floats, Floats]:
    """`adx` of checked time-major (T, S) arrays."""
    require_period("period", period)
    states = np.empty((close.shape[0], 3, close.shape[1]))
    states[:1] = 0.0
    directional_moves(high[1:], low[1:], high[:-1], low[:-1], states[1:, 0], states[1:, 1])
    true_range(high[1:], low[1:], close[:-1], states[1:, 2])
    total = wilder_sum(period, first=1)
    run(LaneTable.of((total, total, total)), states)
    plus, minus = percent_of(states[:, 0], states[:, 2]), percent_of(states[:, 1], states[:, 2])
    spread = directional_spread(plus, minus)[:, None]
    undirected = (plus + minus == 0.0)[:, None]
    index = run(LaneTable.of((wilder_mean(period, first=period),)), spread, undirected)[:, 0]
    plus[:period], minus[:period] = np.nan, np.nan
    index[: 2 * period - 1] = np.nan
    return index, plus, minus


def directional_spread(plus: Floats, minus: Floats) -> Floats:
    """DX in 0–100; 0 where neither direction has moved."""
    return percent_of(np.abs(minus - plus), plus + minus)
