"""When a bar may be known: at its end, which a calendar knows better than a day of 24 hours."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from argo_core.adapters.vendors.complete_bars import CHICAGO, NEW_YORK, UTC_ZONE, Asked, Days, bar_ends, complete_bars
from argo_core.errors import SourceError
from argo_core.model.sessions import Sessions
from argo_core.model.timeframe import Timeframe
from tests.argo.adapters.vendors.payloads import minutes

DAY, HALF = Timeframe.parse("1Day"), Timeframe.parse("30Min")


def instants(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[us]")


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [
        (NEW_YORK, "2026-07-01T04:00", "2026-07-02T04:00"),
        (NEW_YORK, "2026-11-01T04:00", "2026-11-02T05:00"),  # 25 hours: summer time ends
        (NEW_YORK, "2026-03-08T05:00", "2026-03-09T04:00"),  # 23 hours
        (CHICAGO, "2026-11-01T05:00", "2026-11-02T06:00"),
        (UTC_ZONE, "2026-11-01T00:00", "2026-11-02T00:00"),
    ],
)
def test_a_day_without_sessions_ends_at_the_zones_midnight(zone: str, start: str, end: str) -> None:
    assert minutes(bar_ends(instants(start), DAY, Days(zone))) == [end]


def test_a_day_with_a_session_ends_at_its_close_half_days_early() -> None:
    opens = instants("2026-11-25T14:30", "2026-11-27T14:30")
    sessions = Sessions("XNYS", opens, instants("2026-11-25T21:00", "2026-11-27T18:00"))
    starts = instants("2026-11-25T05:00", "2026-11-26T05:00", "2026-11-27T05:00", "2026-11-30T05:00")
    assert minutes(bar_ends(starts, DAY, Days(NEW_YORK, sessions))) == [
        "2026-11-25T21:00",
        "2026-11-27T05:00",
        "2026-11-27T18:00",
        "2026-12-01T05:00",
    ]


def test_bars_outside_the_window_or_still_open_are_left_out() -> None:
    starts = instants("2026-11-20T10:00", "2026-11-20T10:30", "2026-11-20T11:00", "2026-11-20T11:30")
    asked = Asked(
        HALF,
        datetime(2026, 11, 20, 10, 30, tzinfo=UTC),
        datetime(2026, 11, 20, 11, 30, tzinfo=UTC),
        datetime(2026, 11, 20, 11, 30, tzinfo=UTC),
    )
    bars = complete_bars("v", "AAPL", asked, Days(NEW_YORK), starts, np.ones((5, 4)))
    assert bars is not None
    assert minutes(bars.start) == ["2026-11-20T10:30", "2026-11-20T11:00"]
    early = Asked(HALF, asked.start, asked.end, datetime(2026, 11, 20, 10, 59, 59, tzinfo=UTC))
    assert complete_bars("v", "AAPL", early, Days(NEW_YORK), starts, np.ones((5, 4))) is None


def test_no_rows_are_no_bars() -> None:
    asked = Asked(
        HALF, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    )
    assert complete_bars("v", "AAPL", asked, Days(NEW_YORK), instants(), np.zeros((5, 0))) is None
    day = Asked(DAY, asked.start, asked.end, asked.now)
    assert complete_bars("v", "AAPL", day, Days(NEW_YORK), instants(), np.zeros((5, 0))) is None


@pytest.mark.parametrize("wrong", [np.nan, np.inf, 0.0, -1.0])
def test_a_figure_that_no_market_makes_is_refused(wrong: float) -> None:
    values = np.ones((5, 1))
    values[3, 0] = wrong
    asked = Asked(
        HALF, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    )
    with pytest.raises(SourceError) as caught:
        complete_bars("v", "AAPL", asked, Days(NEW_YORK), instants("2026-11-20T10:00"), values)
    assert caught.value.reason == "REFUSED_ANSWER"
