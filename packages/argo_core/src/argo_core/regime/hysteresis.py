"""A regime must hold for some bars before it is adopted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class RegimeState:
    """adopted and candidate int8 (S,): `Regime` values; streak int32 (S,): bars in a row for the candidate."""

    adopted: NDArray[np.int8]
    candidate: NDArray[np.int8]
    streak: NDArray[np.int32]

    @classmethod
    def blank(cls, count: int) -> RegimeState:
        """Nothing known about `count` symbols."""
        return cls(np.zeros(count, np.int8), np.zeros(count, np.int8), np.zeros(count, np.int32))


def adopt(state: RegimeState, rows: NDArray[np.intp], suggestion: NDArray[np.int8], confirm_bars: int) -> RegimeState:
    """The state after one more bar of the symbols in `rows` (each at most once); `suggestion` int8 (len(rows),)."""
    same = suggestion == state.candidate[rows]
    run = np.where(same, state.streak[rows] + 1, 1).astype(np.int32)
    adopted, candidate, streak = state.adopted.copy(), state.candidate.copy(), state.streak.copy()
    candidate[rows] = suggestion
    streak[rows] = run
    adopted[rows] = np.where(run >= confirm_bars, suggestion, state.adopted[rows])
    return RegimeState(adopted, candidate, streak)


def adopt_history(suggestion: NDArray[np.int8], confirm_bars: int) -> tuple[NDArray[np.int8], RegimeState]:
    """Adopted regimes (S, T) for suggestions (S, T), both int8, and the state after the last bar.

    What `adopt` would have held after each bar.
    """
    count, length = suggestion.shape
    if length == 0:
        return suggestion.copy(), RegimeState.blank(count)
    bar = np.arange(length)
    begins = np.concatenate((np.ones((count, 1), np.bool_), suggestion[:, 1:] != suggestion[:, :-1]), axis=1)
    streak = bar - np.maximum.accumulate(np.where(begins, bar, 0), axis=1) + 1
    confirmed = np.maximum.accumulate(np.where(streak >= confirm_bars, bar, -1), axis=1)
    known = np.take_along_axis(suggestion, np.maximum(confirmed, 0), axis=1)
    adopted = np.where(confirmed >= 0, known, np.int8(0)).astype(np.int8)
    last = (adopted[:, -1].copy(), suggestion[:, -1].astype(np.int8), streak[:, -1].astype(np.int32))
    return adopted, RegimeState(*last)
