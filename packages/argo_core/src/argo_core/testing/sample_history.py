"""Daily bars for tests of stored histories."""

from __future__ import annotations

import numpy as np

from argo_core.model.bars import Bars
from argo_core.model.stored_series import Adjustment, BarImport


def sample_history(symbol: str = "AAPL", first: str = "2019-12-02", days: int = 60, close: float = 100.0) -> Bars:
    """Weekdays from `first` on, each a hundredth above the one before, ends at 21:00 UTC."""
    labels = np.busday_offset(np.datetime64(first, "D"), np.arange(days), roll="forward")
    start = labels.astype("datetime64[us]") + np.timedelta64(5, "h")
    path = close + 0.01 * np.arange(days)
    values = np.array([path, path + 1.0, path - 0.5, path + 0.5, np.full(days, 1000.0)])
    return Bars.of(symbol, "1Day", start, values, labels.astype("datetime64[us]") + np.timedelta64(21, "h"))


def sample_import(bars: Bars, source: str = "csv", adjustment: Adjustment = Adjustment.RAW) -> BarImport:
    """These bars as told by `source`, their days those of New York."""
    return BarImport(bars, adjustment, source, "America/New_York")


def with_close(bars: Bars, row: int, close: float) -> Bars:
    """The same bars with another close in one row."""
    values = bars.values.copy()
    values[3, row] = close
    return Bars.of(bars.symbol, bars.timeframe, bars.start, values, bars.end)
