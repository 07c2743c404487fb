"""A month's report is the record of what ended in that month, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from alpine_core.model.monthly_report import MonthlyLine
from alpine_core.track_record import track_record
from alpine_core.track_record.monthly import is_settled, missing_months, month_terms, monthly_report
from tests.alpine.core.track_record.ended import ended


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_months_that_are_over_without_a_report_are_missing() -> None:
    ends = [
        at("2026-01-31T23:59:59Z"),
        at("2026-03-01T00:00:00Z"),
        at("2026-04-30T12:00:00Z"),
        at("2026-05-01T00:00:00Z"),
    ]
    found = missing_months(ends, {"2026-03"}, at("2026-05-01T00:00:00Z"))
    assert found == (date(2026, 1, 1), date(2026, 4, 1))


@pytest.mark.parametrize(
    ("mirrored_at", "now", "settled"),
    [
        ([], "2026-05-01T05:59:59Z", False),
        ([], "2026-05-01T06:00:00Z", True),
        (["2026-04-30T23:59:59Z"], "2026-05-01T05:59:59Z", False),
        (["2026-05-01T00:00:00Z"], "2026-05-01T00:04:59Z", False),
        (["2026-05-01T00:00:00Z"], "2026-05-01T00:05:00Z", True),
        (["2026-05-01T00:00:00Z", "2026-04-30T12:00:00Z"], "2026-05-01T00:05:00Z", False),
    ],
)
def test_a_month_is_settled_once_every_log_is_mirrored_beyond_it_or_after_six_hours(
    mirrored_at: list[str], now: str, settled: bool
) -> None:
    assert is_settled(date(2026, 4, 1), [at(each) for each in mirrored_at], at(now)) is settled


@pytest.mark.parametrize(("first", "last"), [("2024-02-01", "2024-02-29"), ("2025-12-01", "2025-12-31")])
def test_a_month_ends_with_its_last_day(first: str, last: str) -> None:
    selection = month_terms(date.fromisoformat(first)).selection
    assert (str(selection.since), str(selection.until)) == (first, last)


def test_what_ended_outside_the_month_is_not_in_it() -> None:
    closes = ("2026-01-31T23:59:59", "2026-02-01T00:00:00", "2026-02-28T23:59:59", "2026-03-01T00:00:00")
    signals = [
        msgspec.structs.replace(ended(number, net), closed_at=at(close))
        for number, (close, net) in enumerate(zip(closes, (9.0, 2.0, -1.0, 9.0), strict=True), 1)
    ]
    first = date(2026, 2, 1)
    report = monthly_report(first, track_record(signals, month_terms(first), {}), at("2026-03-01T00:10:00"))
    assert (report.month, report.closed, report.won, report.count) == ("2026-02", 2, 1, 2)
    assert (report.mean_net_pct, report.profit_factor) == pytest.approx((0.5, 2.0))
    share = report.stake_pct / 100
    assert report.change_pct == pytest.approx(100 * ((1 + share * 0.02) * (1 - share * 0.01) - 1))
    assert report.by_symbol == (MonthlyLine(symbol=signals[0].symbol, won=1, count=2, mean_net_pct=0.5),)


def test_a_month_in_which_nothing_ended_has_no_figures() -> None:
    first = date(2026, 2, 1)
    report = monthly_report(first, track_record([], month_terms(first), {}), at("2026-03-01T00:10:00"))
    assert (report.closed, report.mean_net_pct, report.change_pct, report.by_symbol) == (0, None, 0.0, ())
