"""The daily readings of a panel of histories at every bar, for backtests."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from argo_core.errors import DataError
from argo_core.measures.daily_door import DEFAULT_MINIMUM, checked_days, checked_histories, require_minimum
from argo_core.measures.panel import Floats, Integers
from argo_core.measures.running_median import MiddleValues


class DailyPanel(NamedTuple):
    """`median_volatility` and `high_close`, both (S, T) or (T,): entry t is what `DailyReadings` says after bar t."""

    median_volatility: Floats
    high_close: Floats


def daily_panel(
    day_number: ArrayLike,
    volatility: ArrayLike,
    close: ArrayLike,
    days: ArrayLike,
    minimum: int = DEFAULT_MINIMUM,
) -> DailyPanel:
    """Daily readings at every bar of (S, T) or (T,) closes, time last; a shorter history begins with NaN closes.

    `day_number` and `volatility` are of that shape or, once for all symbols, (T,); `days` is the number of days looked
    back on, one for all or (S,). The rest is as in `DailyReadings`. Bars after t move no result at t.
    Raises DataError: bad_shape, bad_order, not_finite, bad_volatility, bad_period.
    """
    closes = np.asarray(close, dtype=np.float64)
    numbers, spread, prices, starts = checked_histories(day_number, volatility, np.atleast_2d(closes))
    require_minimum(minimum)
    windows = checked_days(days)
    if windows.size not in (1, prices.shape[0]):
        raise DataError("bad_shape", f"{windows.size} windows for {prices.shape[0]} symbols: give one for each, or one")
    median, high = np.full(prices.shape, np.nan), np.full(prices.shape, np.nan)
    for row, window in enumerate(np.broadcast_to(windows, prices.shape[:1])):
        bars = np.s_[row, starts[row] :]
        if numbers[bars].size:
            median[bars], high[bars] = _one_symbol(numbers[bars], spread[bars], prices[bars], int(window), minimum)
    return DailyPanel(median.reshape(closes.shape), high.reshape(closes.shape))


def _one_symbol(days: Integers, volatility: Floats, close: Floats, window: int, minimum: int) -> tuple[Floats, Floats]:
    begins = np.append(True, days[1:] != days[:-1])
    day_of_bar = np.cumsum(begins) - 1
    last_bars = np.append(np.flatnonzero(begins)[1:] - 1, days.size - 1)
    # Entry d holds the window - 1 days before day d; today is joined to them bar by bar.
    before = sliding_window_view(_delayed(volatility[last_bars], window - 1, np.nan), window - 1)
    highs = sliding_window_view(_delayed(close[last_bars], window - 1, -np.inf), window - 1).max(axis=1)
    median = MiddleValues.of(before).take(day_of_bar).median_with(volatility, minimum)
    return median, np.maximum(highs[day_of_bar], close)


def _delayed(values: Floats, by: int, missing: float) -> Floats:
    return np.concatenate((np.full(by, missing), values[:-1]))
