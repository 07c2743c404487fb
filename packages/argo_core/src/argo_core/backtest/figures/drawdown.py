"""The deepest fall."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def drawdowns_pct(equity: NDArray[np.float64], start_cash: float) -> NDArray[np.float64]:
    """float64 (T,), percent ≥ 0: how far equity stands below its highest so far, the start included."""
    peak = np.maximum(np.maximum.accumulate(equity), start_cash)
    fall: NDArray[np.float64] = 100.0 * (1.0 - equity / peak)
    return fall


def max_drawdown_pct(equity: NDArray[np.float64], start_cash: float) -> float:
    """The largest of them."""
    return float(drawdowns_pct(equity, start_cash).max())
