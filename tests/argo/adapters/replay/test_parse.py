"""The packages' files → bars: time zones, half days, dropped rows, in literal rows."""

from __future__ import annotations

from datetime import date

import pytest

from argo_core.adapters.exchange_calendar import ExchangeCalendar
from argo_core.adapters.replay.parse import parse_daily, parse_half_hours, parse_minutes
from argo_core.model.instant import InstantArray
from argo_core.model.sessions import Sessions


@pytest.fixture(scope="module", name="sessions")
def year_2018() -> Sessions:
    return ExchangeCalendar("XNYS").sessions(date(2018, 1, 2), date(2018, 12, 31))


def times(values: InstantArray) -> list[str]:
    return [str(value)[:16] for value in values]


DAILY = b"""timestamp,open,high,low,close,volume
11/21/2018,10.0,11.0,9.0,10.5,100
11/22/2018,10.0,11.0,9.0,10.5,100
11/23/2018,10.0,11.0,9.0,10.5,100
11/26/2018,10.0,10.2,9.0,10.5,100
07/05/2018,10.0,11.0,9.0,10.5,100
"""


def test_a_daily_bar_may_be_known_at_the_close_and_holidays_and_contradictions_are_dropped(sessions: Sessions) -> None:
    rows = DAILY.splitlines(keepends=True)
    parsed = parse_daily("AAPL", b"".join([rows[0], rows[5], *rows[1:5]]), sessions)
    assert times(parsed.bars.end) == ["2018-07-05T20:00", "2018-11-21T21:00", "2018-11-23T18:00"]
    assert times(parsed.bars.start) == ["2018-07-05T04:00", "2018-11-21T05:00", "2018-11-23T05:00"]
    assert parsed.dropped == 2


MINUTES = b"""timestamp,open,high,low,close,volume
2018-07-05 09:30:00-05:00,10.0,10.5,9.9,10.2,1
2018-07-05 09:59:00-05:00,10.2,10.9,10.1,10.8,2
2018-07-05 10:00:00-05:00,10.8,10.9,10.7,10.7,3
2018-07-05 10:01:00-05:00,10.8,10.7,10.7,10.7,3
2018-07-05 15:59:00-05:00,10.7,10.8,10.6,10.6,4
2018-07-05 16:00:00-05:00,10.6,11.0,10.6,11.0,5
2018-07-05 16:01:00-05:00,10.6,11.0,10.6,11.0,5
2018-11-23 12:59:00-05:00,9.0,9.1,8.9,9.0,6
2018-11-23 13:00:00-05:00,9.0,9.2,9.0,9.2,7
"""


def test_minutes_are_local_labels_and_gather_into_half_hours_with_the_closing_print(sessions: Sessions) -> None:
    parsed = parse_minutes("SPY", MINUTES, sessions)
    bars = parsed.bars
    assert times(bars.start) == ["2018-07-05T13:30", "2018-07-05T14:00", "2018-07-05T19:30", "2018-11-23T17:30"]
    assert times(bars.end) == ["2018-07-05T14:00", "2018-07-05T14:30", "2018-07-05T20:00", "2018-11-23T18:00"]
    assert bars.values[:, 0].tolist() == [10.0, 10.9, 9.9, 10.8, 3.0]
    assert bars.values[:, 2].tolist() == [10.7, 11.0, 10.6, 11.0, 9.0]
    assert bars.values[:, 3].tolist() == [9.0, 9.2, 8.9, 9.2, 13.0]
    assert parsed.dropped == 2


CRYPTO = b"""Date,BTC.open,BTC.close,BTC.high,BTC.low,BTC.volume
2018-11-01 00:00:00,6300.0,6310.0,6320.0,6290.0,1.5
2018-11-01 00:30:00,6310.0,6300.0,6305.0,6290.0,1.5
2018-11-01 01:00:00,6310.0,6300.0,6315.0,6290.0,1.5
2018-11-01 01:00:00,6310.0,6300.0,6315.0,6290.0,1.5
"""


def test_half_hours_are_utc_and_end_half_an_hour_later() -> None:
    parsed = parse_half_hours("BTC-USD", CRYPTO)
    assert times(parsed.bars.start) == ["2018-11-01T00:00", "2018-11-01T01:00"]
    assert times(parsed.bars.end) == ["2018-11-01T00:30", "2018-11-01T01:30"]
    assert parsed.bars.values[:, 0].tolist() == [6300.0, 6320.0, 6290.0, 6310.0, 1.5]
    assert parsed.dropped == 2
