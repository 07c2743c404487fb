"""The live bank: one new bar costs the same however long the history, for one symbol or ten thousand."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from argo_core.errors import DataError
from argo_core.measures.bar_ring import BarRing, Rows
from argo_core.measures.features import BARS_NEEDED, Features
from argo_core.measures.live_lanes import LaneStates, advance, replayed
from argo_core.measures.panel import Floats, Integers, TimeMajor, require_finite
from argo_core.measures.rows import chosen_rows
from argo_core.measures.window_readings import WINDOW_READINGS

_PLACE = {name: place for place, name in enumerate(BARS_NEEDED)}
_NEEDED = np.array(list(BARS_NEEDED.values()), dtype=np.int64)[:, None]
_REPLAY_CELLS = 1 << 18  # bars in flight while histories are loaded: bounds the memory of `replay`


class IndicatorBank:
    """Readings of S symbols, numbered 0…S-1, kept up to date bar by bar.

    A call that raises has changed nothing. Snapshots are copies; for several threads, lock around the bank.
    """

    def __init__(self, symbols: int) -> None:
        if symbols < 0:
            raise DataError("bad_size", f"a bank of {symbols} symbols cannot be: give 0 or more")
        self._seen: Integers = np.zeros(symbols, dtype=np.int64)
        self._first_close: Floats = np.zeros(symbols)
        self._states = LaneStates(np.zeros((8, symbols)), np.zeros((2, symbols)))
        # The deepest windows are 55 closes, and 21 highs and lows.
        self._rings = (BarRing(32, symbols), BarRing(32, symbols), BarRing(64, symbols))
        self._readings: Floats = np.full((len(BARS_NEEDED), symbols), np.nan)

    @property
    def size(self) -> int:
        """Number of symbols S."""
        return int(self._seen.size)

    def grow(self, symbols: int) -> None:
        """Adds `symbols` symbols without a bar; the numbers of the present ones stay. Raises DataError `bad_size`."""
        added = IndicatorBank(symbols)
        self._seen = np.concatenate((self._seen, added._seen))
        self._first_close = np.concatenate((self._first_close, added._first_close))
        self._states = LaneStates(
            np.concatenate((self._states.first, added._states.first), axis=1),
            np.concatenate((self._states.second, added._states.second), axis=1),
        )
        self._readings = np.concatenate((self._readings, added._readings), axis=1)
        for ring in self._rings:
            ring.grow(symbols)

    def append(self, rows: ArrayLike | None, high: ArrayLike, low: ArrayLike, close: ArrayLike) -> None:
        """One new bar for each of `rows`, n distinct symbol numbers (None: all symbols in order); prices are (n,).

        The caller promises low ≤ close ≤ high. Raises DataError: bad_rows, bad_shape, not_finite.
        """
        chosen, count = chosen_rows(rows, self.size)
        bar = np.array((high, low, close), dtype=np.float64)
        if bar.shape != (3, count):
            raise DataError("bad_shape", f"{count} rows need {count} highs, lows and closes, not {bar.shape}")
        require_finite(bar)
        if count:
            self._advance(chosen, bar)
            self._refresh(chosen)

    def replay(self, rows: ArrayLike | None, high: ArrayLike, low: ArrayLike, close: ArrayLike) -> None:
        """Loads whole histories, (n, T) with time last and leading NaN for shorter ones, or (T,) for a single row.

        What the rows held before is forgotten, so a revised history is loaded the same way; a row of NaN only is left
        without a bar. The result is, to the last bit, that of appending the bars one by one.
        Raises DataError: bad_rows, bad_shape, not_finite.
        """
        chosen, count = chosen_rows(rows, self.size)
        frame = TimeMajor.of(high, low, close)
        time, symbols = frame.series[0].shape
        if symbols != count:
            raise DataError("bad_shape", f"{count} rows need {count} histories, not {symbols}: give one per row")
        numbers = np.arange(self.size) if isinstance(chosen, slice) else chosen
        width = max(1, _REPLAY_CELLS // max(1, time))
        for first in range(0, count, width):
            part = np.s_[first : first + width]
            self._load(numbers[part], tuple(series[:, part] for series in frame.series), frame.lengths[part])

    def snapshot(self) -> Features:
        """The readings of all symbols as of each symbol's last bar: arrays of (S,), read-only copies."""
        values, seen = self._readings.copy(), self._seen.copy()
        values.setflags(write=False)
        seen.setflags(write=False)
        return Features(bars_seen=seen, **{name: values[place] for name, place in _PLACE.items()})

    def _advance(self, rows: Rows, bar: Floats) -> None:
        number = self._seen[rows]
        previous = np.stack([ring.window(rows, number - 1, 1)[0] for ring in self._rings])
        self._first_close[rows] = np.where(number == 0, bar[2], self._first_close[rows])
        before = LaneStates(self._states.first[:, rows], self._states.second[:, rows])
        after = advance(before, number, bar, previous, self._first_close[rows])
        self._states.first[:, rows], self._states.second[:, rows] = after.first, after.second
        for ring, values in zip(self._rings, bar, strict=True):
            ring.write(rows, number, values)
        self._seen[rows] += 1

    def _load(self, rows: Integers, bars: tuple[Floats, ...], lengths: Integers) -> None:
        states = replayed(bars[0], bars[1], bars[2], lengths)
        self._states.first[:, rows], self._states.second[:, rows] = states.first, states.second
        # Of no use to a row without a bar: its first append sets it.
        self._first_close[rows] = bars[2][0] if bars[2].size else 0.0
        for ring, values in zip(self._rings, bars, strict=True):
            ring.load(rows, values, lengths)
        self._seen[rows] = lengths
        self._refresh(rows)

    def _refresh(self, rows: Rows) -> None:
        """Brings the readings of `rows` up to their last bars."""
        seen = self._seen[rows]
        last = seen - 1
        high, low = (ring.window(rows, last, 21) for ring in self._rings[:2])
        close = self._rings[2].window(rows, last, 55)
        values = LaneStates(self._states.first[:, rows], self._states.second[:, rows]).readings()
        values["close"] = close[-1]
        for reading in WINDOW_READINGS:
            depth = reading.depth
            results = reading.read(high[-depth:], low[-depth:], close[-depth:])
            values.update(zip(reading.names, (result[0] for result in results), strict=True))
        fresh = np.stack([values[name] for name in _PLACE])
        fresh[seen < _NEEDED] = np.nan
        self._readings[:, rows] = fresh
