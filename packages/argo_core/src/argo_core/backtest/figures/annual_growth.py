"""Compound annual growth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from argo_core.backtest.figures.years import years_between
from argo_core.model.instant import InstantArray


def annual_growth_pct(instants: InstantArray, equity: NDArray[np.float64], start_cash: float) -> float:
    """Percent a year (CAGR), years of 365.25 days. NaN for a period without length; -100 where nothing is left."""
    years, ratio = years_between(instants), float(equity[-1]) / start_cash
    if years <= 0:
        return float("nan")
    return 100.0 * (float(np.float64(ratio) ** (1.0 / years)) - 1.0) if ratio > 0 else -100.0
