"""What became of the money."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def total_return_pct(equity: NDArray[np.float64], start_cash: float) -> float:
    """Percent: the last equity (T,) over what was there at the start."""
    return 100.0 * (float(equity[-1]) / start_cash - 1.0)
