"""Bollinger bands."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from argo_core.errors import DataError
from argo_core.measures.panel import Floats, TimeMajor, require_period
from argo_core.measures.windows import window_moments


def bollinger(close: ArrayLike, period: int = 20, deviations: float = 2.0) -> tuple[Floats, Floats, Floats]:
    """Upper, middle and lower band, each of the shape of `close` ((S, T) or (T,), time last) and in its unit.

    The middle is the mean of `period` closes, the bands lie `deviations` (≥ 0) population standard deviations away.
    NaN before a row's first bar and for its first period - 1 bars.
    Raises DataError: bad_shape, not_finite, bad_period, bad_deviations. Source: Bollinger 1983; equal to TA-Lib BBANDS
    over simple means.
    """
    require_period("period", period)
    if not (math.isfinite(deviations) and deviations >= 0):
        raise DataError("bad_deviations", f"deviations is {deviations}: give a finite number, 0 or more")
    frame = TimeMajor.of(close)
    bands = [np.full(frame.series[0].shape, np.nan) for _ in range(3)]
    middle, deviation = mean_and_deviation(frame.series[0], period)
    offset = deviations * deviation
    for band, values in zip(bands, (middle + offset, middle, middle - offset), strict=True):
        band[period - 1 :] = values
    upper, centre, lower = (frame.restore(band) for band in bands)
    return upper, centre, lower


def mean_and_deviation(close: Floats, period: int) -> tuple[Floats, Floats]:
    """Mean and population standard deviation of the last `period` values of a time-major array, (T - period + 1, …)."""
    total, spread = window_moments(close, period)
    return total / period, np.sqrt(spread / period)
