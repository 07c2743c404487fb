"""Division that has an answer where nothing was measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def guarded_ratio(numerator: NDArray[np.float64], denominator: NDArray[np.float64]) -> NDArray[np.float64]:
    """numerator / denominator where the denominator is positive, else 0; same shape as the inputs."""
    return np.divide(numerator, denominator, out=np.zeros_like(denominator), where=denominator > 0)
