"""The ten recursions behind a bank's readings: eight fed by the bar, two by the results of those eight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from argo_core.measures.adx import directional_spread
from argo_core.measures.moves import directional_moves, gains_and_losses, percent_of, true_range
from argo_core.measures.panel import Floats, Integers
from argo_core.measures.recursions import LaneTable, exponential_mean, run, step, wilder_mean, wilder_sum
from argo_core.measures.rsi import relative_strength

GAIN, LOSS, RANGE, PLUS, MINUS, RANGE_SUM, FAST, SLOW = range(8)
SIGNAL, INDEX = range(2)

_MEAN, _SUM = wilder_mean(14, first=1), wilder_sum(14, first=1)
_FIRST_STAGE = LaneTable.of(
    (_MEAN, _MEAN, _MEAN, _SUM, _SUM, _SUM, exponential_mean(12, 25), exponential_mean(26, 25)),
)
_SECOND_STAGE = LaneTable.of((exponential_mean(9, 33), wilder_mean(14, first=14)))


@dataclass(frozen=True, slots=True, eq=False)
class LaneStates:
    """States of n symbols: `first` (8, n) and `second` (2, n)."""

    first: Floats
    second: Floats

    def readings(self) -> dict[str, Floats]:
        """The readings that the states hold, (n,) each; whether there are enough bars is the caller's knowledge."""
        line = self.first[FAST] - self.first[SLOW]
        return {
            "rsi": relative_strength(self.first[GAIN], self.first[LOSS]),
            "macd": line,
            "macd_signal": self.second[SIGNAL].copy(),
            "macd_hist": line - self.second[SIGNAL],
            "atr": self.first[RANGE].copy(),
            "adx": self.second[INDEX].copy(),
            "plus_di": percent_of(self.first[PLUS], self.first[RANGE_SUM]),
            "minus_di": percent_of(self.first[MINUS], self.first[RANGE_SUM]),
        }


def advance(states: LaneStates, index: Integers, bar: Floats, previous: Floats, first_close: Floats) -> LaneStates:
    """The states after one more bar. `bar` and `previous` are (3, n): high, low, close; `index` (n,) counts from 0."""
    inputs = np.empty_like(states.first)
    _fill_first_stage(inputs, bar, previous, first_close)
    first = step(_FIRST_STAGE, index, states.first, inputs)
    derived = np.empty_like(states.second)
    _fill_second_stage(derived, first)
    second = step(_SECOND_STAGE, index, states.second, derived)
    return LaneStates(first, second)


def replayed(high: Floats, low: Floats, close: Floats, lengths: Integers) -> LaneStates:
    """The states after whole histories: time-major (T, n) arrays whose column i holds `lengths[i]` ≥ 0 bars."""
    time, symbols = close.shape
    if time == 0:
        return LaneStates(np.zeros((8, symbols)), np.zeros((2, symbols)))
    bars = np.stack((high, low, close))
    before = np.concatenate((bars[:, :1], bars[:, :-1]), axis=1)
    inputs = np.empty((time, 8, symbols))
    _fill_first_stage(np.moveaxis(inputs, 1, 0), bars, before, close[:1])
    first = run(_FIRST_STAGE, inputs)
    derived = np.empty((time, 2, symbols))
    _fill_second_stage(np.moveaxis(derived, 1, 0), np.moveaxis(first, 1, 0))
    second = run(_SECOND_STAGE, derived)
    last = (np.maximum(lengths - 1, 0), slice(None), np.arange(symbols))
    known = lengths > 0
    return LaneStates(np.where(known, first[last].T, 0.0), np.where(known, second[last].T, 0.0))


def _fill_first_stage(out: Floats, bar: Floats, previous: Floats, first_close: Floats) -> None:
    high, low, close = bar
    gains_and_losses(close, previous[2], out[GAIN], out[LOSS])
    true_range(high, low, previous[2], out[RANGE])
    out[RANGE_SUM] = out[RANGE]
    directional_moves(high, low, previous[0], previous[1], out[PLUS], out[MINUS])
    np.subtract(close, first_close, out=out[FAST])
    out[SLOW] = out[FAST]


def _fill_second_stage(out: Floats, first: Floats) -> None:
    plus, minus = percent_of(first[PLUS], first[RANGE_SUM]), percent_of(first[MINUS], first[RANGE_SUM])
    out[SIGNAL] = first[FAST] - first[SLOW]
    # No need to hold ADX as the batch kernel does: over 14 bars a decaying sum that was once positive never reaches 0,
    # and before the first directional move ADX is 0 either way.
    out[INDEX] = directional_spread(plus, minus)
