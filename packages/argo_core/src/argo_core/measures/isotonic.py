"""The rising function that lies closest to yes and no: calibration without a shape."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from argo_core.errors import DataError
from argo_core.measures.panel import Floats
from argo_core.measures.sharpe_ratio import finite_series

Curve = tuple[tuple[float, ...], tuple[float, ...]]


def isotonic_fit(score: ArrayLike, happened: ArrayLike) -> Curve:
    """Knots (scores rising, values never falling, 0–1) of the least-squares rising fit of outcomes (N,) on scores (N,).

    Between knots the curve is straight, outside flat: `numpy.interp(x, *knots)`. Equal scores count as one.
    Raises DataError: bad_shape, not_finite, too_few without any.
    Source: pool adjacent violators, Ayer et al. 1955; for calibration Zadrozny & Elkan 2002.
    """
    scores = finite_series(score, 1)
    outcomes = np.asarray(happened).astype(np.float64)
    if outcomes.shape != scores.shape:
        raise DataError("bad_shape", "scores and outcomes are two arrays of one length: align them first")
    points, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    means = np.bincount(place, weights=outcomes) / counts
    values = np.repeat(*_pooled(means, counts.astype(np.float64)))
    # Of a stretch of equal values its two ends say all.
    inner = np.zeros(points.size, dtype=np.bool_)
    inner[1:-1] = (values[1:-1] == values[:-2]) & (values[1:-1] == values[2:])
    return tuple(points[~inner].tolist()), tuple(values[~inner].tolist())


def _pooled(means: Floats, weights: Floats) -> tuple[Floats, list[int]]:
    """Values of the pools and how many points each holds."""
    pools: list[tuple[float, float, int]] = []
    for mean, weight in zip(means.tolist(), weights.tolist(), strict=True):
        value, mass, size = mean, weight, 1
        while pools and pools[-1][0] >= value:
            before, other, count = pools.pop()
            value = (before * other + value * mass) / (other + mass)
            mass, size = mass + other, size + count
        pools.append((value, mass, size))
    return np.array([pool[0] for pool in pools]), [pool[2] for pool in pools]
