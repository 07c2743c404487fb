"""One reading per symbol and UTC day over the trailing trading year: typical volatility and the highest close."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from argo_core.errors import DataError
from argo_core.measures.daily_door import (
    DEFAULT_MINIMUM,
    checked_days,
    checked_histories,
    checked_readings,
    require_minimum,
)
from argo_core.measures.daily_panel import DailyPanel, daily_panel
from argo_core.measures.panel import Floats, Integers
from argo_core.measures.rows import chosen_rows
from argo_core.measures.running_median import MiddleValues

_NO_DAY = np.iinfo(np.int64).min


class DailyReadings:
    """The last N daily readings of each of S symbols, today's included; N is per symbol (252 equities, 365 crypto).

    A day's reading is that of its last bar; days without a bar have no reading. What the completed days say is worked
    out when a day ends, so that a bar within a day costs a few operations. A call that raises has changed nothing.
    """

    def __init__(self, days: ArrayLike, minimum: int = DEFAULT_MINIMUM) -> None:
        """`days` (S,) is N per symbol, each ≥ 2; below `minimum` ≥ 1 volatility readings the median is NaN.

        Raises DataError `bad_period`.
        """
        self._days = checked_days(days)
        require_minimum(minimum)
        self._minimum = minimum
        symbols, longest = self._days.size, int(self._days.max(initial=2)) - 1
        self._newest: Integers = np.full(symbols, _NO_DAY)
        self._volatility: Floats = np.full(symbols, np.nan)
        self._close: Floats = np.full(symbols, -np.inf)
        self._completed: Integers = np.zeros(symbols, dtype=np.int64)
        self._past_volatility: Floats = np.full((symbols, longest), np.nan)
        self._past_close: Floats = np.full((symbols, longest), -np.inf)
        self._past_high: Floats = np.full(symbols, -np.inf)
        self._middle = MiddleValues.of(self._past_volatility)

    def update(self, rows: ArrayLike | None, day_number: ArrayLike, volatility: ArrayLike, close: ArrayLike) -> None:
        """The reading of a new bar for each of `rows`: n distinct symbol numbers, or None for all in order.

        `day_number` is the bar's UTC day, (n,) or one number, in days since any fixed date; `volatility` (n,) ≥ 0, NaN
        while unknown; `close` (n,). On the newest day the reading replaces that day's, on a later day it is added.
        Raises DataError: bad_rows, bad_shape, bad_order (an earlier day), not_finite, bad_volatility.
        """
        chosen, count = chosen_rows(rows, self._days.size)
        numbers = np.arange(count) if isinstance(chosen, slice) else chosen
        days, spread, closes = checked_readings(day_number, volatility, close, (count,))
        newest = self._newest[numbers]
        if (days < newest).any():
            row = int(numbers[(days < newest).argmax()])
            raise DataError("bad_order", f"row {row} already has a later day: feed the bars in order of time")
        ended = numbers[(days > newest) & (newest != _NO_DAY)]
        if ended.size:
            self._complete(ended)
        self._newest[numbers], self._volatility[numbers], self._close[numbers] = days, spread, closes

    def load(
        self, rows: ArrayLike | None, day_number: ArrayLike, volatility: ArrayLike, close: ArrayLike
    ) -> DailyPanel:
        """Loads whole histories, (n, T) with time last, in place of what the rows held.

        `day_number` and `volatility` may be given once for all, (T,); a shorter history begins with NaN closes. The
        result is that of one `update` per bar; what the two readings were after each bar is returned, (n, T).
        Raises as `update` does.
        """
        chosen, count = chosen_rows(rows, self._days.size)
        numbers = np.arange(count) if isinstance(chosen, slice) else chosen
        closes = np.asarray(close, dtype=np.float64)
        if closes.ndim != 2 or closes.shape[0] != count:
            raise DataError("bad_shape", f"{count} rows need ({count}, time) closes, not {closes.shape}")
        days, spread, prices, starts = checked_histories(day_number, volatility, closes)
        panel = daily_panel(days, spread, closes, self._days[numbers], self._minimum)
        for row, start, day, reading, price in zip(numbers, starts, days, spread, prices, strict=True):
            self._replace(int(row), day[start:], reading[start:], price[start:])
        self._settle(numbers)
        return panel

    def median_volatility(self) -> Floats:
        """Median of the known volatility readings of the last N days, (S,); NaN below the minimum number of them."""
        return self._middle.median_with(self._volatility, self._minimum)

    def high_close(self) -> Floats:
        """Highest daily close of the last N days, (S,); NaN without a reading."""
        high = np.maximum(self._past_high, self._close)
        return np.where(np.isneginf(high), np.nan, high)

    def grow(self, days: ArrayLike) -> None:
        """Adds symbols without readings; `days` (n,) as in the constructor. Raises DataError `bad_period`."""
        added = DailyReadings(days, self._minimum)
        self._days = np.concatenate((self._days, added._days))
        self._newest = np.concatenate((self._newest, added._newest))
        self._volatility = np.concatenate((self._volatility, added._volatility))
        self._close = np.concatenate((self._close, added._close))
        self._completed = np.concatenate((self._completed, added._completed))
        self._past_volatility = _stacked(self._past_volatility, added._past_volatility, np.nan)
        self._past_close = _stacked(self._past_close, added._past_close, -np.inf)
        self._past_high = np.concatenate((self._past_high, added._past_high))
        self._middle = MiddleValues.of(self._past_volatility)

    def _complete(self, rows: Integers) -> None:
        slot = self._completed[rows] % (self._days[rows] - 1)
        self._past_volatility[rows, slot] = self._volatility[rows]
        self._past_close[rows, slot] = self._close[rows]
        self._completed[rows] += 1
        self._settle(rows)

    def _replace(self, row: int, days: Integers, volatility: Floats, close: Floats) -> None:
        self._past_volatility[row], self._past_close[row], self._completed[row] = np.nan, -np.inf, 0
        self._newest[row], self._volatility[row], self._close[row] = _NO_DAY, np.nan, -np.inf
        if days.size:
            last = np.flatnonzero(np.append(days[1:] != days[:-1], True))[-self._days[row] :]
            past = last.size - 1
            self._past_volatility[row, :past], self._past_close[row, :past] = volatility[last[:-1]], close[last[:-1]]
            self._completed[row] = past
            self._newest[row], self._volatility[row], self._close[row] = days[-1], volatility[-1], close[-1]

    def _settle(self, rows: Integers) -> None:
        """Works out what the completed days of `rows` say."""
        self._middle = self._middle.replaced(rows, MiddleValues.of(self._past_volatility[rows]))
        self._past_high[rows] = self._past_close[rows].max(axis=1)


def _stacked(upper: Floats, lower: Floats, missing: float) -> Floats:
    depth = max(upper.shape[1], lower.shape[1])
    whole = np.full((upper.shape[0] + lower.shape[0], depth), missing)
    whole[: upper.shape[0], : upper.shape[1]] = upper
    whole[upper.shape[0] :, : lower.shape[1]] = lower
    return whole
