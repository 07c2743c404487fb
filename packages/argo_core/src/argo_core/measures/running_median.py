"""The median of a sorted set plus one more value, without sorting again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from argo_core.measures.panel import Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class MiddleValues:
    """What a median can still depend on once `count` values are known: with h = count // 2, the order statistics h - 1,
    h and h + 1. Missing ones are -inf below and +inf above. All arrays (n,)."""

    count: Integers
    below: Floats
    middle: Floats
    above: Floats

    @classmethod
    def of(cls, values: Floats) -> MiddleValues:
        """The middle of each row of (n, m), NaN entries left out."""
        ordered = np.sort(values, axis=1)
        count = np.count_nonzero(~np.isnan(ordered), axis=1).astype(np.int64)
        half = count // 2
        rows = np.arange(values.shape[0])

        def statistic(position: Integers, missing: float) -> Floats:
            inside = (position >= 0) & (position < count)
            found = ordered[rows, np.where(inside, position, 0)]
            return np.where(inside, found, missing)

        return cls(count, statistic(half - 1, -np.inf), statistic(half, np.inf), statistic(half + 1, np.inf))

    def take(self, index: Integers) -> MiddleValues:
        """The entries at `index`."""
        return MiddleValues(self.count[index], self.below[index], self.middle[index], self.above[index])

    def replaced(self, index: Integers, part: MiddleValues) -> MiddleValues:
        """A copy with `part` at `index`."""
        pairs = ((self.below, part.below), (self.middle, part.middle), (self.above, part.above))
        below, middle, above = (_put(whole, index, fresh) for whole, fresh in pairs)
        count = self.count.copy()
        count[index] = part.count
        return MiddleValues(count, below, middle, above)

    def median_with(self, latest: Floats, minimum: int) -> Floats:
        """Median of the known values and `latest` (n,); NaN in `latest` adds nothing, fewer than `minimum` give NaN."""
        odd, absent = self.count % 2 == 1, np.isnan(latest)
        known = self.count + ~absent
        # With an odd count the new value is one of the two in the middle, with an even count it may be the middle.
        partner = np.clip(latest, self.below, np.where(odd, self.above, self.middle))
        with_latest = np.where(odd, 0.5 * (np.where(odd, self.middle, 0.0) + partner), partner)
        enough = known >= max(1, minimum)
        alone = np.where(odd, self.middle, 0.5 * (np.where(self.count > 0, self.below, 0.0) + self.middle))
        return np.where(enough, np.where(absent, alone, with_latest), np.nan)


def _put(whole: Floats, index: Integers, fresh: Floats) -> Floats:
    copy = whole.copy()
    copy[index] = fresh
    return copy
