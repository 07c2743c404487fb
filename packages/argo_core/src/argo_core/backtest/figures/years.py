"""How long a backtest lasts."""

from __future__ import annotations

import numpy as np

from argo_core.model.instant import InstantArray

YEAR = np.timedelta64(31_557_600, "s")


def years_between(instants: InstantArray) -> float:
    """From the first moment to the last, in years of 365.25 days, ≥ 0."""
    return float((instants[-1] - instants[0]) / YEAR)
