"""A mean of days from bars of any length, to hold somebody else's against."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from argo_core.model.bars import Bars
from argo_core.model.instant import to_instant64


def daily_mean(bars: Bars, until: datetime, days: int) -> float:
    """The mean of the last closes of the `days` newest days (UTC, by a bar's start) that `bars` show complete by
    `until`; NaN where they show fewer."""
    known = int(np.searchsorted(bars.end, to_instant64(until), side="right"))
    day = bars.start[:known].astype("datetime64[D]")
    last = np.flatnonzero(np.append(day[1:] != day[:-1], known > 0)) if known else np.empty(0, dtype=np.intp)
    if len(last) < days:
        return float("nan")
    return float(bars.close[last[-days:]].mean())
