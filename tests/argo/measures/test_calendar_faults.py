"""Bars held against a calendar: what is missing, what should not be, and whose clock was another."""

from __future__ import annotations

import numpy as np
import pytest

from argo_core.measures.calendar_faults import calendar_faults
from argo_core.measures.local_days import local_days, local_times
from argo_core.model.bars import Bars
from argo_core.model.series_finding import Finding
from argo_core.model.sessions import Sessions
from argo_core.testing.sample_history import sample_history

NEW_YORK = "America/New_York"
HOUR = np.timedelta64(1, "h")


def in_new_york(days: np.ndarray, hours: float) -> np.ndarray:
    """The instants of so many hours after midnight of these New York days; the clocks change on 8 March 2020."""
    summer = days >= np.datetime64("2020-03-08")
    utc = days.astype("M8[us]") + np.where(summer, 4 * HOUR, 5 * HOUR)
    return utc + np.timedelta64(int(hours * 60), "m")


DAYS = np.busday_offset("2020-02-10", np.arange(40), roll="forward")
SESSIONS = Sessions("XNYS", in_new_york(DAYS, 9.5), in_new_york(DAYS, 16.0))


def daily(days: np.ndarray = DAYS, beside: np.ndarray | int = 0) -> Bars:
    """A bar for each day, beginning at its midnight, or so many hours beside it."""
    start = in_new_york(days, 0.0) + beside * HOUR
    values = np.tile(np.array([[10.0], [11.0], [9.0], [10.0], [1.0]]), len(days))
    return Bars.of("AAPL", "1Day", start, values, in_new_york(days, 16.0))


def half_hours(beside: np.ndarray | int = 0, first: int = 0, count: int = 13, symbol: str = "AAPL") -> Bars:
    """The bars of each session from the `first` on, moved by so many hours."""
    steps = np.arange(first, first + count) * np.timedelta64(30, "m")
    start = ((SESSIONS.opens + beside * HOUR)[:, None] + steps).ravel()
    values = np.tile(np.array([[10.0], [11.0], [9.0], [10.0], [1.0]]), len(start))
    return Bars.of(symbol, "30Min", start, values)


def found(bars: Bars, zone: str = NEW_YORK) -> list[Finding]:
    """All that is held against them."""
    return list(calendar_faults("s", bars, zone, SESSIONS))


def test_a_bar_for_each_session_is_all_right() -> None:
    assert found(daily()) == []
    assert found(half_hours()) == []


def test_bars_before_and_after_the_session_are_all_right() -> None:
    assert found(half_hours(first=-4, count=20)) == []


def test_missing_sessions_are_one_warning_with_their_number() -> None:
    (gap,) = found(daily(np.delete(DAYS, [7, 8, 9])))
    assert (gap.code, gap.level, gap.amount, gap.count) == ("gap", "warning", 3.0, 3)
    assert str(gap.at) == "2020-02-19 00:00:00+00:00"


def test_a_bar_of_a_day_without_trading_is_an_error() -> None:
    (stray,) = found(daily(np.sort(np.append(DAYS, np.datetime64("2020-02-15")))))
    assert (stray.code, stray.level) == ("closed_day", "error")
    assert "2020-02-15" in stray.what


def test_days_of_another_zone_are_found_on_each_side_of_the_clocks_change() -> None:
    utc = DAYS.astype("M8[us]")
    bars = Bars.of("AAPL", "1Day", utc, daily().values, in_new_york(DAYS, 16.0))
    shifts = [(each.code, each.amount, each.count) for each in found(bars)]
    assert shifts == [("time_shift", 19 * 60.0, 20), ("time_shift", 20 * 60.0, 20)]


def test_a_summer_that_was_left_out_is_found() -> None:
    late = (np.datetime64("2020-03-08") <= DAYS).astype(int)
    for bars in (daily(beside=late), half_hours(beside=late)):
        (shift,) = found(bars)
        assert (shift.code, shift.level, shift.amount, shift.count) == ("time_shift", "error", 60.0, 20)
        assert str(shift.at)[:10] == "2020-03-09"


def test_bars_that_a_session_lacks_are_counted() -> None:
    bars = half_hours()
    kept = np.delete(np.arange(len(bars)), [13 * 3 + 2, 13 * 3 + 5])
    (gap,) = found(Bars.of("AAPL", "30Min", bars.start[kept], bars.values[:, kept]))
    assert (gap.code, gap.amount) == ("gap", 2.0)
    assert str(gap.at) == "2020-02-13 14:30:00+00:00"


def test_a_session_without_any_bar_is_a_gap() -> None:
    bars = half_hours()
    kept = np.delete(np.arange(len(bars)), np.arange(13 * 3, 13 * 4))
    (gap,) = found(Bars.of("AAPL", "30Min", bars.start[kept], bars.values[:, kept]))
    assert (gap.amount, gap.level) == (13.0, "warning")


def test_a_coin_is_expected_round_the_clock() -> None:
    start = np.delete(np.datetime64("2020-02-08", "us") + np.arange(200) * np.timedelta64(30, "m"), [50, 51, 120])
    values = np.tile(np.array([[10.0], [11.0], [9.0], [10.0], [1.0]]), len(start))
    gaps = found(Bars.of("BTC-USD", "30Min", start, values), "UTC")
    assert [(each.amount, str(each.at)[:16]) for each in gaps] == [(2.0, "2020-02-09 01:00"), (1.0, "2020-02-10 12:00")]


def test_without_sessions_or_for_longer_bars_nothing_is_said() -> None:
    assert list(calendar_faults("s", daily(), NEW_YORK, None)) == []
    bars = sample_history(days=9)
    weekly = Bars.of("AAPL", "5Day", bars.start, bars.values, bars.start + np.timedelta64(5, "D"))
    assert list(calendar_faults("s", weekly, NEW_YORK, SESSIONS)) == []


@pytest.mark.parametrize(
    ("instant", "local"),
    [
        ("2020-03-08T06:59:59", "2020-03-08T01:59:59"), ("2020-03-08T07:00:00", "2020-03-08T03:00:00"),
        ("2020-11-01T05:59:59", "2020-11-01T01:59:59"), ("2020-11-01T06:00:00", "2020-11-01T01:00:00"),
    ],
)  # fmt: skip
def test_local_times_follow_the_clocks(instant: str, local: str) -> None:
    assert local_times(np.array([instant], "M8[us]"), NEW_YORK)[0] == np.datetime64(local)
    assert local_days(np.array([instant], "M8[us]"), "Asia/Kolkata")[0] == np.datetime64(instant[:10])
