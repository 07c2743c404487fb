"""Moving average convergence/divergence."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from argo_core.errors import DataError
from argo_core.measures.panel import Floats, TimeMajor, require_period
from argo_core.measures.recursions import LaneTable, exponential_mean, run


def macd(close: ArrayLike, fast: int = 12, slow: int = 26, signal: int = 9) -> tuple[Floats, Floats, Floats]:
    """MACD line, signal line and histogram, each of the shape of `close` ((S, T) or (T,), time last) and in its unit.

    All three are NaN before a row's first bar and for its first slow + signal - 2 bars; both averages are seeded at the
    same bar, as in TA-Lib. Raises DataError: bad_shape, not_finite, bad_period.
    Source: Appel 1979; equal to TA-Lib MACD.
    """
    frame = TimeMajor.of(close)
    line, smoothed, histogram = macd_columns(frame.series[0], fast, slow, signal)
    return frame.restore(line), frame.restore(smoothed), frame.restore(histogram)


def macd_columns(close: Floats, fast: int, slow: int, signal: int) -> tuple[Floats, Floats, Floats]:
    """`macd` of a checked time-major (T, S) array."""
    require_period("fast", fast)
    require_period("signal", signal)
    if slow <= fast:
        raise DataError("bad_period", f"slow is {slow}, fast is {fast}: the slow average needs more bars than the fast")
    averages = np.empty((close.shape[0], 2, close.shape[1]))
    # Distances from the first close: a series that never moves then has a MACD of exactly 0, not of rounding noise.
    np.subtract(close, close[:1], out=averages[:, 0])
    averages[:, 1] = averages[:, 0]
    run(LaneTable.of((exponential_mean(fast, slow - 1), exponential_mean(slow, slow - 1))), averages)
    line = averages[:, 0] - averages[:, 1]
    smoothed = line[:, None].copy()
    warm = slow + signal - 2
    run(LaneTable.of((exponential_mean(signal, warm),)), smoothed)
    line[:warm], smoothed[:warm] = np.nan, np.nan
    return line, smoothed[:, 0], line - smoothed[:, 0]
