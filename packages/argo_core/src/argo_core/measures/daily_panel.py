"""The daily readings of a panel of histories at every bar, for backtests."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from argo_core.errors import DataError
from argo_core.measures.daily_door import (
    DEFAULT_MINIMUM,
    checked_days,
    checked_readings,
    require_day_order,
    require_minimum,
)
from argo_core.measures.panel import Floats, Integers, TimeMajor
from argo_core.measures.running_median import MiddleValues


def daily_panel(
    day_number: ArrayLike,
    volatility: ArrayLike,
    close: ArrayLike,
    days: ArrayLike,
    minimum: int = DEFAULT_MINIMUM,
) -> tuple[Floats, Floats]:
    """Median volatility and highest daily close at every bar, both of the shape of `close`: (S, T) or (T,), time last.

    Entry t is what `DailyReadings` says after bar t. `day_number` and `volatility` may be given once for all, (T,).

    `days` is the number of days looked back on, one for all or (S,); `minimum` and the meaning of the series are those
    of `DailyReadings`. A shorter history begins with NaN closes and has NaN results there; bars after t move nothing.
    Raises DataError: bad_shape, bad_order, not_finite, bad_volatility, bad_period.
    """
    closes = np.asarray(close, dtype=np.float64)
    starts = TimeMajor.of(closes).starts
    rows = np.atleast_2d(closes)
    numbers, spread, prices = checked_readings(day_number, volatility, np.nan_to_num(rows), rows.shape)
    require_day_order(numbers, starts)
    require_minimum(minimum)
    windows = checked_days(days)
    if windows.size not in (1, rows.shape[0]):
        raise DataError("bad_shape", f"{windows.size} windows for {rows.shape[0]} symbols: give one, or one per symbol")
    median, high = np.full(rows.shape, np.nan), np.full(rows.shape, np.nan)
    for row, window in enumerate(np.broadcast_to(windows, rows.shape[:1])):
        bars = np.s_[row, starts[row] :]
        if numbers[bars].size:
            median[bars], high[bars] = _one_symbol(numbers[bars], spread[bars], prices[bars], int(window), minimum)
    return median.reshape(closes.shape), high.reshape(closes.shape)


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
