"""What every Calendar of the New York Stock Exchange promises, at days that everybody knows."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np

from argo_core.errors import DataError
from argo_core.ports import Calendar


class CalendarContract:
    """Subclass it, and give a fixture `calendar` that knows the sessions of November 2018."""

    async def test_holidays_are_absent_and_half_days_close_early(self, calendar: Calendar) -> None:
        thanksgiving_week = calendar.sessions(date(2018, 11, 19), date(2018, 11, 23))
        closes = [str(close) for close in thanksgiving_week.closes.astype("datetime64[m]")]
        assert closes == ["2018-11-19T21:00", "2018-11-20T21:00", "2018-11-21T21:00", "2018-11-23T18:00"]

    async def test_opens_and_closes_follow_daylight_saving_time(self, calendar: Calendar) -> None:
        turn = calendar.sessions(date(2018, 11, 2), date(2018, 11, 5))
        assert [str(opened) for opened in turn.opens.astype("datetime64[m]")] == [
            "2018-11-02T13:30",
            "2018-11-05T14:30",
        ]

    async def test_a_session_is_open_from_its_open_until_just_before_its_close(self, calendar: Calendar) -> None:
        day = calendar.sessions(date(2018, 11, 19), date(2018, 11, 20))
        assert not day.is_open(datetime(2018, 11, 19, 14, 29, 59, tzinfo=UTC))
        assert day.is_open(datetime(2018, 11, 19, 14, 30, tzinfo=UTC))
        assert not day.is_open(datetime(2018, 11, 19, 21, 0, tzinfo=UTC))

    async def test_the_same_question_has_the_same_answer(self, calendar: Calendar) -> None:
        first, second = (calendar.sessions(date(2018, 11, 1), date(2018, 11, 30)) for _ in range(2))
        assert len(first.closes) == 21
        assert np.array_equal(first.closes, second.closes)

    async def test_a_period_that_is_not_covered_is_refused(self, calendar: Calendar) -> None:
        try:
            calendar.sessions(date(1801, 1, 1), date(1801, 2, 1))
        except DataError as error:
            assert error.code == "outside_calendar"
        else:
            raise AssertionError("sessions of 1801 were invented")
