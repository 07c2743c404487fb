"""Returns by calendar month."""

from __future__ import annotations

import numpy as np

from argo_core.backtest.report.days import Days
from argo_core.backtest.report.document import Month
from argo_core.measures.panel import Floats


def monthly_returns(days: Days, equity: Floats, hold: Floats, start_cash: float) -> tuple[Month, ...]:
    """Of equity at the ends of days (D,): each month's last over the last of the month before, the first month's over
    `start_cash`. Months without a day that was looked at are left out."""
    month = days.day.astype("datetime64[M]")
    last = np.append(np.flatnonzero(month[1:] != month[:-1]), len(month) - 1)
    own, held = (_changes(series[last], start_cash) for series in (equity, hold))
    return tuple(
        Month(year=when.year, month=when.month, return_pct=float(ours), hold_pct=float(theirs))
        for when, ours, theirs in zip(month[last].tolist(), own, held, strict=True)
    )


def _changes(ends: Floats, start_cash: float) -> Floats:
    before = np.concatenate(([start_cash], ends[:-1]))
    found: Floats = 100.0 * (ends / before - 1.0)
    return found
