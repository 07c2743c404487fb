"""What was won for each unit that was lost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def profit_factor(results: NDArray[np.float64]) -> float:
    """All gains over all losses of results (N,) in money; NaN where nothing was lost."""
    lost = -float(results[results < 0].sum())
    return float(results[results > 0].sum()) / lost if lost > 0 else float("nan")
