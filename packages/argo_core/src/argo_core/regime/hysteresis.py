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
    adopted = np.zeros_like(suggestion)
    state, rows = RegimeState.blank(count), np.arange(count)
    for bar in range(length):
        state = adopt(state, rows, suggestion[:, bar], confirm_bars)
        adopted[:, bar] = state.adopted
    return adopted, state
