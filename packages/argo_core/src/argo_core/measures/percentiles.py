"""Percentiles of small samples."""

from __future__ import annotations

import math
from collections.abc import Iterable

from argo_core.errors import DataError


def percentile(values: Iterable[float], q: float) -> float | None:
    """The q-th percentile (0 ≤ q ≤ 100) by nearest rank: always one of the values, None of none.

    Raises DataError: not_finite for NaN or infinity, bad_percentile for q outside 0–100. Source: the nearest-rank
    definition of Hyndman & Fan 1996 (type 1).
    """
    if not 0 <= q <= 100:
        raise DataError("bad_percentile", f"percentile {q} does not exist: give 0 to 100, for instance 95")
    ordered = sorted(float(value) for value in values)
    if not all(math.isfinite(value) for value in ordered):
        raise DataError("not_finite", "a value is NaN or infinite: leave it out before asking for a percentile")
    if not ordered:
        return None
    # 4.4 · 750 / 100 is a hair above 33 in binary; the rank is 33.
    rank = math.ceil(round(q * len(ordered) / 100, 9))
    return ordered[max(rank, 1) - 1]
