"""Moments gathered into UTC days, so that a year of minutes and ten years of days read alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from argo_core.measures.panel import Floats
from argo_core.model.instant import InstantArray, to_instant64


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """`day` datetime64[D] (D,), rising; `of` int64 (T,): the place of each moment's day."""

    day: NDArray[np.datetime64]
    of: NDArray[np.int64]

    @classmethod
    def among(cls, instants: InstantArray) -> Days:
        """The days on which these moments (T,) lie."""
        day, of = np.unique(instants.astype("datetime64[D]"), return_inverse=True)
        return cls(day, of.astype(np.int64))

    def __len__(self) -> int:
        return len(self.day)

    @property
    def dates(self) -> tuple[date, ...]:
        """As dates."""
        return tuple(self.day.tolist())

    def ends(self, values: Floats) -> Floats:
        """The last value of each day, (T,) → (D,) or (S, T) → (S, D)."""
        last = np.append(np.flatnonzero(self.of[1:] != self.of[:-1]), len(self.of) - 1)
        taken: Floats = values[..., last]
        return taken

    def sums(self, values: Floats) -> Floats:
        """The sum over each day's moments, (T,) → (D,)."""
        found: Floats = np.bincount(self.of, weights=values, minlength=len(self.day)).astype(np.float64)
        return found

    def sums_at(self, moments: Iterable[datetime], values: Iterable[float]) -> Floats:
        """The sum of what happened on each day (N values at N moments) → (D,). What lies between two days that were
        looked at counts on the later one; before the first on the first, after the last on the last."""
        when = np.array([to_instant64(moment) for moment in moments], dtype="datetime64[us]").astype("datetime64[D]")
        place = np.minimum(self.day.searchsorted(when), len(self.day) - 1)
        weights = np.fromiter(values, dtype=np.float64)
        found: Floats = np.bincount(place, weights=weights, minlength=len(self.day)).astype(np.float64)
        return found
