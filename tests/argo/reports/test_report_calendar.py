"""When reports are due, what their week is, and that nothing younger than seven years is removed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from argo_core.model.performance import ReportKind
from argo_core.reports.report_calendar import may_be_removed, monthly_due, report_name, week_since, weekly_due

LATE = time(23, 59)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-22T23:59:00", "2026-11-22T23:59:00"),
        ("2026-11-22T23:58:59", "2026-11-15T23:59:00"),
        ("2026-11-23T00:00:00", "2026-11-22T23:59:00"),
        ("2026-11-28T23:59:30", "2026-11-22T23:59:00"),
        ("2027-01-01T12:00:00", "2026-12-27T23:59:00"),
    ],
)
def test_the_week_ends_on_sunday_a_minute_before_midnight(now: str, due: str) -> None:
    assert weekly_due(at(now), LATE) == at(due)


def test_the_month_is_due_on_its_first() -> None:
    assert monthly_due(at("2026-11-22T23:59:00")) == at("2026-11-01T00:00:00")


def test_a_week_begins_with_the_day_seven_days_before() -> None:
    assert week_since(at("2026-11-22T23:59:00")) == date(2026, 11, 15)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (ReportKind.WEEKLY, "2025/week_20250115"),
        (ReportKind.PREMIUM, "2025/premium_20250115"),
        (ReportKind.ALL_TIME, "2025/all_time_20250115"),
    ],
)
def test_a_file_is_named_for_its_year_and_day(kind: ReportKind, name: str) -> None:
    assert report_name(kind, at("2025-01-15T23:59:00")) == name


@pytest.mark.parametrize("made", ["2019-11-22T23:59:00", "2020-02-29T12:00:00", "2026-11-22T00:00:00"])
def test_nothing_younger_than_seven_years_is_removed(made: str) -> None:
    end = (
        at(made).replace(year=at(made).year + 7, month=3, day=1)
        if "02-29" in made
        else at(made).replace(year=at(made).year + 7)
    )
    assert not may_be_removed(at(made), end - timedelta(seconds=1))
    assert may_be_removed(at(made), end)
