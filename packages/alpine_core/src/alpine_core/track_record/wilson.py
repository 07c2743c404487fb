"""A share of successes with its interval."""

from __future__ import annotations

import math
from typing import NamedTuple

from alpine_core.track_record.mean_interval import ENOUGH

_QUANTILE = 1.959964  # two-sided 95 % of the normal distribution


class Rate(NamedTuple):
    """`won` of `of`. `low` and `high` (0–1) are Wilson's 95 % interval; all three shares are None where `of` is 0."""

    won: int
    of: int
    share: float | None
    low: float | None
    high: float | None

    @property
    def enough(self) -> bool:
        """Whether there are so many that the share says something: 30 at least."""
        return self.of >= ENOUGH


def wilson(won: int, of: int) -> Rate:
    """The share of `won` (0 to `of`) with Wilson's score interval (Wilson 1927), without continuity correction."""
    if of == 0:
        return Rate(0, 0, None, None, None)
    share, square = won / of, _QUANTILE * _QUANTILE
    middle = share + square / (2 * of)
    reach = _QUANTILE * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    below = 1 + square / of
    # At 0 and at `of` one end is exact; rounding would leave it a hair beside.
    low = 0.0 if won == 0 else (middle - reach) / below
    high = 1.0 if won == of else (middle + reach) / below
    return Rate(won, of, share, low, high)
