"""Bars by the UTC days on which they were the market: sessions, whatever the timeframe."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from argo_core.model.bars import Bars

Day = np.datetime64
Days = NDArray[np.datetime64]
MOMENT = np.timedelta64(1, "us")


def bar_days(bars: Bars) -> Days:
    """The day (T,) in which the last moment of each bar lies: a daily bar that ends at midnight is the day before's."""
    days: Days = (bars.end - MOMENT).astype("datetime64[D]")
    return days


def market_days(bars: Mapping[str, Bars]) -> Days:
    """The days (D,) on which any of the symbols has a bar, oldest first, each once."""
    if not bars:
        return np.zeros(0, dtype="datetime64[D]")
    return np.unique(np.concatenate([bar_days(each) for each in bars.values()]))


def between_days(bars: Mapping[str, Bars], first: Day, last: Day) -> dict[str, Bars]:
    """The bars of the days from `first` to `last`, both included; shares memory with `bars`."""
    found = {}
    for symbol, each in bars.items():
        days = bar_days(each)
        begin, end = np.searchsorted(days, first), np.searchsorted(days, last, side="right")
        found[symbol] = each.first(int(end)).last(int(end - begin))
    return found
