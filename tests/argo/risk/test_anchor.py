"""A day begins at a time of day of a place: also on the two days a year when that clock is set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from argo_core.errors import ConfigError, DataError
from argo_core.risk import DayAnchor

PRAGUE = DayAnchor(timezone="Europe/Prague", at="00:00")
NEW_YORK = DayAnchor(timezone="America/New_York", at="17:00")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("anchor", "instant", "last", "following"),
    [
        (PRAGUE, "2026-01-15T12:00", "2026-01-14T23:00", "2026-01-15T23:00"),  # winter: UTC+1
        (PRAGUE, "2026-07-15T12:00", "2026-07-14T22:00", "2026-07-15T22:00"),  # summer: UTC+2
        (PRAGUE, "2026-01-14T23:00", "2026-01-14T23:00", "2026-01-15T23:00"),  # the anchor itself is the new day
        (PRAGUE, "2026-01-14T22:59:59.999999", "2026-01-13T23:00", "2026-01-14T23:00"),
        (PRAGUE, "2026-03-29T12:00", "2026-03-28T23:00", "2026-03-29T22:00"),  # 23 hours: set forward on the 29th
        (PRAGUE, "2026-10-25T12:00", "2026-10-24T22:00", "2026-10-25T23:00"),  # 25 hours: set back on the 25th
        (NEW_YORK, "2026-03-08T12:00", "2026-03-07T22:00", "2026-03-08T21:00"),  # 23 hours
        (NEW_YORK, "2026-11-01T12:00", "2026-10-31T21:00", "2026-11-01T22:00"),  # 25 hours
    ],
)
def test_days_follow_the_place_s_clock(anchor: DayAnchor, instant: str, last: str, following: str) -> None:
    assert (anchor.last(utc(instant)), anchor.next(utc(instant))) == (utc(last), utc(following))


def test_a_time_that_the_clock_skips_comes_as_if_it_had_not_been_set() -> None:
    skipped = DayAnchor(timezone="Europe/Prague", at="02:30")  # on 2026-03-29 two o'clock is three
    assert skipped.next(utc("2026-03-28T12:00")) == utc("2026-03-29T01:30")
    assert skipped.next(utc("2026-03-29T01:30")) == utc("2026-03-30T00:30")


def test_a_time_that_comes_twice_counts_once_the_first_time() -> None:
    doubled = DayAnchor(timezone="Europe/Prague", at="02:30")  # on 2026-10-25 at 00:30 and at 01:30 UTC
    assert doubled.next(utc("2026-10-24T12:00")) == utc("2026-10-25T00:30")
    assert doubled.last(utc("2026-10-25T01:45")) == utc("2026-10-25T00:30")
    assert doubled.next(utc("2026-10-25T00:30")) == utc("2026-10-26T01:30")


def test_a_midnight_that_the_clock_skips_comes_with_the_first_hour_there_is() -> None:
    santiago = DayAnchor(timezone="America/Santiago", at="00:00")  # on 2026-09-06 midnight is one o'clock
    assert santiago.next(utc("2026-09-05T12:00")) == utc("2026-09-06T04:00")


@pytest.mark.parametrize("anchor", [PRAGUE, NEW_YORK, DayAnchor(timezone="Europe/Prague", at="02:30")])
def test_every_hour_of_a_year_lies_in_exactly_one_day(anchor: DayAnchor) -> None:
    instant = utc("2026-01-01T00:30")
    begins = anchor.last(instant)
    while instant < utc("2027-01-01T00:00"):
        last, following = anchor.last(instant), anchor.next(instant)
        assert last <= instant < following
        assert timedelta(hours=22) < following - last < timedelta(hours=26)
        assert last in (begins, anchor.next(begins))
        begins, instant = last, instant + timedelta(hours=1)


@pytest.mark.parametrize("wrong", [{"timezone": "Mars/Base"}, {"timezone": ""}, {"at": "24:00"}, {"at": "9:00"}])
def test_a_place_or_time_that_is_none_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="anchor"):
        DayAnchor(**wrong)


def test_an_instant_without_a_timezone_is_refused() -> None:
    with pytest.raises(DataError) as refused:
        PRAGUE.last(datetime(2026, 1, 1))  # noqa: DTZ001
    assert refused.value.code == "naive_time"
