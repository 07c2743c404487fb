"""How far forecasts lie from what happened, and why."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from argo_core.measures.forecasts import checked_forecasts


class BrierParts(msgspec.Struct, frozen=True, kw_only=True):
    """`score` = reliability - resolution + uncertainty, exactly. `reliability` ≥ 0, best 0: what was said and what came
    differ. `resolution` ≥ 0, the more the better: forecasts tell cases apart. `uncertainty`: the cases' own, 0–0.25.
    `skill`: 1 - score / uncertainty, the share gained over always saying the base rate; None where all cases agree."""

    score: float
    reliability: float
    resolution: float
    uncertainty: float
    base_rate: float
    count: int
    skill: float | None


def brier_score(forecast: ArrayLike, happened: ArrayLike) -> float:
    """Mean squared distance of probability and outcome, 0–1, best 0. Raises DataError as `checked_forecasts`.

    Source: Brier 1950, "Verification of forecasts expressed in terms of probability", for one of two outcomes.
    """
    probabilities, outcomes = checked_forecasts(forecast, happened)
    return float(((probabilities - outcomes) ** 2).mean())


def brier_parts(forecast: ArrayLike, happened: ArrayLike) -> BrierParts:
    """Murphy's partition over the distinct forecasts. Raises DataError as `checked_forecasts`.

    Forecasts of many values should be rounded or put into bands first: where each forecast is unlike every other,
    resolution is all of the uncertainty and says nothing. Source: Murphy 1973, "A new vector partition".
    """
    probabilities, outcomes = checked_forecasts(forecast, happened)
    values, place, counts = np.unique(probabilities, return_inverse=True, return_counts=True)
    rates = np.bincount(place, weights=outcomes.astype(np.float64)) / counts
    base, total = float(outcomes.mean()), int(probabilities.size)
    uncertainty = base * (1.0 - base)
    score = float(((probabilities - outcomes) ** 2).mean())
    return BrierParts(
        score=score,
        reliability=float((counts * (values - rates) ** 2).sum() / total),
        resolution=float((counts * (rates - base) ** 2).sum() / total),
        uncertainty=uncertainty,
        base_rate=base,
        count=total,
        skill=1.0 - score / uncertainty if uncertainty > 0 else None,
    )
