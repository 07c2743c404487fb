"""Forecast probabilities and what happened, checked once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from argo_core.errors import DataError
from argo_core.measures.panel import Floats


def checked_forecasts(forecast: ArrayLike, happened: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
    """Probabilities (N,) in 0–1 and outcomes (N,) as booleans, N ≥ 1.

    Raises DataError: bad_shape, not_finite, bad_probability, too_few.
    """
    probabilities, outcomes = np.asarray(forecast, dtype=np.float64), np.asarray(happened)
    if probabilities.ndim != 1 or probabilities.shape != outcomes.shape:
        raise DataError("bad_shape", "forecasts and outcomes are two arrays of one length: align them first")
    if probabilities.size == 0:
        raise DataError("too_few", "no forecast is given: nothing can be said of none")
    if not np.isfinite(probabilities).all():
        raise DataError("not_finite", "a forecast is NaN or infinite: leave it out first")
    if not ((probabilities >= 0) & (probabilities <= 1)).all():
        raise DataError("bad_probability", "a forecast lies outside 0–1: give probabilities, not percentages")
    return probabilities, outcomes.astype(np.bool_)
