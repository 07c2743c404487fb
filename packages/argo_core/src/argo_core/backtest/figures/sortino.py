"""Return for each unit of downward swing."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def sortino_ratio(returns: NDArray[np.float64], per_year: float) -> float:
    """Annualised, target zero: the mean of `returns` (D,) over the root mean square of what lies below zero (0 for the
    others, and all are counted), times the root of their number a year. NaN without any loss. Source: Sortino & Price
    1994."""
    below = np.minimum(returns, 0.0)
    if not len(returns) or not below.any():
        return float("nan")
    return float(np.mean(returns) / np.sqrt(np.mean(below * below))) * math.sqrt(per_year)
