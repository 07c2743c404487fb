"""Return for each unit of swing."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def sharpe_ratio(returns: NDArray[np.float64], per_year: float) -> float:
    """Annualised, above a rate of zero: mean over sample deviation of `returns` (D,), times the root of their number a
    year. NaN below two returns, or where they do not differ. Source: Sharpe 1994."""
    if len(returns) < 2 or float(np.ptp(returns)) == 0.0:
        return float("nan")
    return float(np.mean(returns) / np.std(returns, ddof=1)) * math.sqrt(per_year)
