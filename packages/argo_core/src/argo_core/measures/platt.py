"""A logistic curve through yes and no: calibration that needs few cases."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from argo_core.errors import DataError
from argo_core.measures.panel import Floats
from argo_core.measures.sharpe_ratio import finite_series

_ROUNDS = 100


def platt_fit(score: ArrayLike, happened: ArrayLike) -> tuple[float, float]:
    """(slope, intercept) of p = 1 / (1 + exp(-(slope · score + intercept))), for scores (N,) and outcomes (N,).

    Outcomes are drawn towards the middle by one case each, so that a curve exists whatever happened.
    Raises DataError: bad_shape, not_finite, too_few without any.
    Source: Platt 1999, "Probabilistic outputs for support vector machines"; damped Newton as Lin, Lin & Weng 2007.
    """
    scores = finite_series(score, 1)
    outcomes = np.asarray(happened).astype(np.bool_)
    if outcomes.shape != scores.shape:
        raise DataError("bad_shape", "scores and outcomes are two arrays of one length: align them first")
    yes = int(outcomes.sum())
    target = np.where(outcomes, (yes + 1.0) / (yes + 2.0), 1.0 / (scores.size - yes + 2.0))
    centre, scale = float(scores.mean()), float(scores.std()) or 1.0
    slope, intercept = _newton((scores - centre) / scale, target, math.log((yes + 1.0) / (scores.size - yes + 1.0)))
    return slope / scale, intercept - slope * centre / scale


def logistic(value: Floats) -> Floats:
    """1 / (1 + exp(-value)), without overflow."""
    small = np.exp(-np.abs(value))
    return np.where(value >= 0, 1.0, small) / (1.0 + small)


def _newton(standard: Floats, target: Floats, start: float) -> tuple[float, float]:
    slope, intercept = 0.0, start
    loss = _loss(standard * slope + intercept, target)
    for _ in range(_ROUNDS):
        chance = logistic(standard * slope + intercept)
        gap, spread = target - chance, chance * (1.0 - chance)
        along, level = float(gap @ standard), float(gap.sum())
        if abs(along) < 1e-10 and abs(level) < 1e-10:
            break
        # A hair on the diagonal keeps the step finite where all scores are equal.
        corner, side, both = float(spread @ standard**2) + 1e-12, float(spread.sum()) + 1e-12, float(spread @ standard)
        determinant = corner * side - both * both
        steps = (side * along - both * level) / determinant, (corner * level - both * along) / determinant
        slope, intercept, loss, moved = _damped(standard, target, (slope, intercept), steps, loss)
        if not moved:
            break
    return slope, intercept


def _damped(
    standard: Floats, target: Floats, at: tuple[float, float], steps: tuple[float, float], loss: float
) -> tuple[float, float, float, bool]:
    """The longest of the halved steps that lowers the loss."""
    length = 1.0
    while length > 1e-10:
        slope, intercept = at[0] + length * steps[0], at[1] + length * steps[1]
        lower = _loss(standard * slope + intercept, target)
        if lower < loss:
            return slope, intercept, lower, True
        length /= 2.0
    return at[0], at[1], loss, False


def _loss(value: Floats, target: Floats) -> float:
    """Cross entropy of the curve."""
    return float((np.logaddexp(0.0, value) - target * value).sum())
