"""How long to wait before coming again."""

from __future__ import annotations

import random
from collections.abc import Callable

import msgspec


class Backoff(msgspec.Struct, frozen=True, kw_only=True):
    """Doubles from `first` to `most` seconds; of each wait half is left to `chance` (0–1), so that readers who lost one
    server do not all come back at once."""

    first: float = 0.5
    most: float = 30.0
    chance: Callable[[], float] = random.random

    def seconds(self, failures: int) -> float:
        """The wait after so many failures in a row, from 1."""
        longest = min(self.most, self.first * 2.0 ** min(failures - 1, 60))
        return longest * (0.5 + 0.5 * self.chance())
