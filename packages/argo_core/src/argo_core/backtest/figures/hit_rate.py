"""How often a trade, or a signal, gains."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from argo_core.measures.intervals import wilson


class HitRate(msgspec.Struct, frozen=True, kw_only=True):
    """`rate_pct` of `count` cases gained, NaN for none; `low_pct` and `high_pct` is Wilson's interval at 95 %, which
    takes cases for independent: those that overlap in time are less so, and tell less than it says."""

    count: int
    hits: int
    rate_pct: float
    low_pct: float
    high_pct: float


def hit_rate(results: NDArray[np.float64]) -> HitRate:
    """Of results (N,) in any unit: a result above 0 is a hit."""
    count, hits = len(results), int((results > 0).sum())
    low, high = wilson(hits, count)
    rate = 100.0 * hits / count if count else float("nan")
    return HitRate(count=count, hits=hits, rate_pct=rate, low_pct=100.0 * low, high_pct=100.0 * high)
