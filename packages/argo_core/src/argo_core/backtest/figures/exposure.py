"""How much of the account was in the market."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def exposure_pct(exposure: NDArray[np.float64], equity: NDArray[np.float64]) -> float:
    """Percent: the mean over the moments (T,) of the unsigned worth of all positions over equity; a moment without
    equity counts as none."""
    held = np.divide(exposure, equity, out=np.zeros_like(exposure), where=equity > 0)
    return 100.0 * float(held.mean())
