"""Until when a signal lives: sessions for equities, days for crypto."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from argo_core.errors import DataError
from argo_core.model.asset import AssetType
from argo_core.model.sessions import Sessions
from argo_core.tracking import HorizonPolicy, horizon_after

DAYS = ["2018-11-19", "2018-11-20", "2018-11-21", "2018-11-23", "2018-11-26", "2018-11-27"]
CLOSES = [f"{day}T18:00" if day == "2018-11-23" else f"{day}T21:00" for day in DAYS]
WEEK = Sessions(
    "XNYS",
    np.array([f"{day}T14:30" for day in DAYS], dtype="datetime64[us]"),
    np.array(CLOSES, dtype="datetime64[us]"),
)


def test_an_equity_signal_at_the_close_lives_for_five_more_closes_over_a_holiday() -> None:
    entered = datetime(2018, 11, 19, 21, 0, tzinfo=UTC)
    assert horizon_after(AssetType.EQUITY, entered, HorizonPolicy(), WEEK) == datetime(2018, 11, 27, 21, 0, tzinfo=UTC)


def test_the_half_day_counts_as_a_session_and_ends_early() -> None:
    entered = datetime(2018, 11, 21, 15, 0, tzinfo=UTC)
    two = HorizonPolicy(equity_sessions=2)
    assert horizon_after(AssetType.EQUITY, entered, two, WEEK) == datetime(2018, 11, 23, 18, 0, tzinfo=UTC)


def test_a_crypto_signal_lives_for_days_whatever_the_exchange_does() -> None:
    entered = datetime(2018, 11, 21, 3, 30, tzinfo=UTC)
    assert horizon_after(AssetType.CRYPTO, entered, HorizonPolicy(), WEEK) == datetime(2018, 11, 26, 3, 30, tzinfo=UTC)


def test_sessions_that_are_not_loaded_are_not_invented() -> None:
    with pytest.raises(DataError, match="load more"):
        horizon_after(AssetType.EQUITY, datetime(2018, 11, 27, 22, 0, tzinfo=UTC), HorizonPolicy(), WEEK)
