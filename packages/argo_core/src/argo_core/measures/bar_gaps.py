"""Holes in a history: bars that should be there and are not, between two others or at its end."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.bars import Bars
from argo_core.model.sessions import Sessions
from argo_core.model.timeframe import Timeframe

DAY_SECONDS = 86_400


def longest_gap_bars(bars: Bars, last: int) -> float:
    """How many bars are missing in a row among the newest `last` ones at most; 0 without any hole.

    A share's bars of less than a day are compared within a day only: overnight nothing is traded. Coins trade round the
    clock. Bars of a day leave weekends and holidays out, which a caller's limit must allow.
    """
    newest = bars.last(last)
    if len(newest) < 2:
        return 0.0
    hole = (newest.start[1:] - newest.end[:-1]).astype("timedelta64[s]").astype(np.float64)
    if asset_type_of(bars.symbol) is not AssetType.CRYPTO and not bars.timeframe.is_daily:
        day = newest.start.astype("datetime64[D]")
        hole = np.where(day[1:] == day[:-1], hole, 0.0)
    return float(max(hole.max(), 0.0) / bars.timeframe.seconds)


def bars_behind(
    symbol: str, timeframe: Timeframe, known_at: datetime, at: datetime, sessions: Sessions | None
) -> float:
    """How many bars' trading time has passed since the newest one was complete, at `known_at`; 0 if none has.

    Coins trade round the clock, shares in their exchange's `sessions`, a day's bar being a session's; without sessions
    everything counts as traded round the clock.
    """
    if sessions is None or asset_type_of(symbol) is AssetType.CRYPTO:
        return max((at - known_at).total_seconds(), 0.0) / timeframe.seconds
    if timeframe.is_daily:
        return len(sessions.closes_between(known_at, at)) * DAY_SECONDS / timeframe.seconds
    return sessions.open_seconds(known_at, at) / timeframe.seconds
