"""A mean with its interval, from sums."""

from __future__ import annotations

import math

ENOUGH = 30
"""Below this many values the normal approximation says more than it knows."""

_QUANTILE = 1.959964  # two-sided 95 % of the normal distribution


def mean_interval(count: int, total: float, squares: float) -> tuple[float, float | None, float | None]:
    """The mean of `count` (from 1) values with these sums of values and squares, and the 95 % interval of the mean.

    The interval is the normal approximation with the sample variance; None for fewer than 30 values.
    """
    mean = total / count
    if count < ENOUGH:
        return mean, None, None
    variance = max(0.0, (squares - count * mean * mean) / (count - 1))
    reach = _QUANTILE * math.sqrt(variance / count)
    return mean, mean - reach, mean + reach
