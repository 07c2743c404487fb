"""Average true range."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from argo_core.measures.moves import true_range
from argo_core.measures.panel import Floats, TimeMajor, require_period
from argo_core.measures.recursions import LaneTable, run, wilder_mean


def atr(high: ArrayLike, low: ArrayLike, close: ArrayLike, period: int = 14) -> Floats:
    """ATR ≥ 0 in the unit of the prices, of the shape of the inputs: (S, T) or (T,), time last, low ≤ close ≤ high.

    NaN before a row's first bar and for its first `period` bars.
    Raises DataError: bad_shape, not_finite, bad_period. Source: Wilder 1978; equal to TA-Lib ATR.
    """
    frame = TimeMajor.of(high, low, close)
    highs, lows, closes = frame.series
    return frame.restore(atr_columns(highs, lows, closes, period))


def atr_columns(high: Floats, low: Floats, close: Floats, period: int) -> Floats:
    """`atr` of checked time-major (T, S) arrays."""
    require_period("period", period)
    states = np.empty((close.shape[0], 1, close.shape[1]))
    states[:1] = 0.0
    true_range(high[1:], low[1:], close[:-1], states[1:, 0])
    run(LaneTable.of((wilder_mean(period, first=1),)), states)
    states[:period] = np.nan
    return states[:, 0]
