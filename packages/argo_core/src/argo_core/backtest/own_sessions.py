"""An exchange's sessions read off the bars, for whoever has bars and no calendar."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.bars import Bars
from argo_core.model.sessions import Sessions

DAY = np.timedelta64(1, "D")
AHEAD = 90
"""Days after the last bar for which sessions are supposed, so that the last signals have a horizon."""


def sessions_of(bars: Sequence[Bars]) -> Sessions:
    """One session for each UTC day on which a bar of an equity ends, from the day's first bar to its last end; behind
    the last one, sessions like it on the weekdays that follow. Coins make no sessions; where there are only coins,
    every day of their history is one.
    """
    equities = [each for each in bars if asset_type_of(each.symbol) is AssetType.EQUITY and len(each)]
    counted = equities or [each for each in bars if len(each)]
    if not counted:
        nothing = np.array([], dtype="datetime64[us]")
        return Sessions("bars", nothing, nothing)
    start = np.concatenate([each.start for each in counted])
    end = np.concatenate([each.end for each in counted])
    days, of_day = np.unique(end.astype("datetime64[D]"), return_inverse=True)
    opens, closes = np.full(len(days), np.datetime64("9999", "us")), np.full(len(days), np.datetime64("0001", "us"))
    np.minimum.at(opens, of_day, start)
    np.maximum.at(closes, of_day, end)
    coming = days[-1] + np.arange(1, AHEAD + 1) * DAY
    coming = coming[np.is_busday(coming)] if equities else coming
    ahead = (coming - days[-1]).astype("timedelta64[us]")
    return Sessions("bars", np.concatenate([opens, opens[-1] + ahead]), np.concatenate([closes, closes[-1] + ahead]))
