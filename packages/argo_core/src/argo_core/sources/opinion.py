"""From a score to a direction and a confidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NEUTRAL_BAND = 0.05
CONFIDENCE_DECIMALS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Opinion:
    """Arrays of one shape, whatever the shape of the features was.

    direction int8: -1, 0, 1; confidence float64: 0–100, NaN while the features are still warming up;
    evidence: the named parts of the score, float64.
    """

    direction: NDArray[np.int8]
    confidence: NDArray[np.float64]
    evidence: Mapping[str, NDArray[np.float64]]


def opinion_of(score: NDArray[np.float64], evidence: Mapping[str, NDArray[np.float64]]) -> Opinion:
    """A score in [-1, 1] as an opinion: |score| < 0.05 is NEUTRAL at 50, else the sign leads at 50 + 50·|score|.

    Confidence is rounded to four decimals. A NaN score has direction 0 and confidence NaN.
    """
    strength = np.minimum(np.abs(score), 1.0)
    with np.errstate(invalid="ignore"):
        leads = strength >= NEUTRAL_BAND
    confidence: NDArray[np.float64] = np.where(leads, 50.0 + 50.0 * strength, 50.0)
    confidence[np.isnan(score)] = np.nan
    return Opinion(
        direction=np.where(leads, np.sign(np.nan_to_num(score)), 0.0).astype(np.int8),
        confidence=np.round(confidence, CONFIDENCE_DECIMALS),
        evidence={"score": score, **evidence},
    )


def scaled(numerator: NDArray[np.float64], unit: NDArray[np.float64]) -> NDArray[np.float64]:
    """numerator / unit, 0 where the unit is 0 (nothing moved), NaN where either is NaN."""
    still = unit == 0
    return np.where(still, 0.0, numerator / np.where(still, 1.0, unit))
