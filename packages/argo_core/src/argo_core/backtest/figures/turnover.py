"""How often the account is turned over."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from argo_core.backtest.figures.years import years_between
from argo_core.backtest.profit_result import FillRecord
from argo_core.model.instant import InstantArray


def turnover_per_year(fills: Sequence[FillRecord], instants: InstantArray, equity: NDArray[np.float64]) -> float:
    """Times a year: half of all that was bought and sold over the mean equity. NaN for a period without length."""
    traded, years = sum(abs(fill.quantity) * fill.price for fill in fills), years_between(instants)
    return traded / 2.0 / float(equity.mean()) / years if years > 0 else float("nan")
