"""Confidence intervals of proportions."""

from __future__ import annotations

import math
from statistics import NormalDist

from argo_core.errors import DataError


def wilson(successes: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Two-sided score interval (low, high) of a success rate, both in 0–1; n = 0 says nothing: (0.0, 1.0).

    Raises DataError: bad_count unless 0 ≤ successes ≤ n, bad_confidence unless 0 < confidence < 1. Source: Wilson 1927.
    """
    if not 0 <= successes <= n:
        raise DataError("bad_count", f"{successes} successes out of {n}: give 0 ≤ successes ≤ n")
    if not 0 < confidence < 1:
        raise DataError("bad_confidence", f"confidence is {confidence}: give a share between 0 and 1, say 0.95")
    if n == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    rate, pull = successes / n, z * z / n
    centre = (rate + pull / 2) / (1 + pull)
    reach = z / (1 + pull) * math.sqrt(rate * (1 - rate) / n + pull / (4 * n))
    # At 0 and n successes the bound is 0 or 1 exactly; rounding must not leave it just beside.
    low = 0.0 if successes == 0 else max(0.0, centre - reach)
    high = 1.0 if successes == n else min(1.0, centre + reach)
    return low, high
