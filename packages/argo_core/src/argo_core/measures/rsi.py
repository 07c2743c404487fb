"""Relative strength index."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from argo_core.measures.moves import gains_and_losses, percent_of
from argo_core.measures.panel import Floats, TimeMajor, require_period
from argo_core.measures.recursions import LaneTable, run, wilder_mean


def rsi(close: ArrayLike, period: int = 14) -> Floats:
    """RSI in 0–100, of the shape of `close`: (S, T) or (T,), time last.

    NaN before a row's first bar and for its first `period` bars. A window without any movement gives 0 (not 50), as
    TA-Lib's RSI does: who reads the index as a direction must ask for movement first.
    Raises DataError: bad_shape, not_finite, bad_period. Source: Wilder 1978; equal to TA-Lib RSI.
    """
    frame = TimeMajor.of(close)
    return frame.restore(rsi_columns(frame.series[0], period))


def rsi_columns(close: Floats, period: int) -> Floats:
    """`rsi` of a checked time-major (T, S) array."""
    require_period("period", period)
    states = np.empty((close.shape[0], 2, close.shape[1]))
    states[:1] = 0.0
    gains_and_losses(close[1:], close[:-1], states[1:, 0], states[1:, 1])
    mean = wilder_mean(period, first=1)
    run(LaneTable.of((mean, mean)), states)
    result = relative_strength(states[:, 0], states[:, 1])
    result[:period] = np.nan
    return result


def relative_strength(gain: Floats, loss: Floats) -> Floats:
    """The index from the averaged gain and loss, 0–100; 0 when both are 0."""
    return percent_of(gain, gain + loss)
