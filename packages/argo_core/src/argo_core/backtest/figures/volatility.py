"""How much the account swings."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def volatility_pct(returns: NDArray[np.float64], per_year: float) -> float:
    """Percent a year: the sample deviation of `returns` (D,) times the root of their number a year. NaN below two."""
    if len(returns) < 2:
        return float("nan")
    return 100.0 * float(np.std(returns, ddof=1)) * math.sqrt(per_year)
