"""When a report is due, which span it covers, how its files are named, and how long they are kept. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from argo_core.errors import DataError
from argo_core.model.instant import require_utc
from argo_core.model.performance import ReportKind

WEEK = timedelta(days=7)
SUNDAY = 6
KEPT_YEARS = 7
STEMS = {ReportKind.WEEKLY: "week", ReportKind.PREMIUM: "premium", ReportKind.ALL_TIME: "all_time"}


def week_since(until: datetime) -> date:
    """The first UTC day of the week that ends at `until`: seven days before its day, so that eight days are touched."""
    return (require_utc(until) - WEEK).date()


def weekly_due(now: datetime, at: time) -> datetime:
    """The newest Sunday `at` (UTC) that is not later than `now`."""
    today = datetime.combine(require_utc(now).date(), at, now.tzinfo)
    last = today - timedelta(days=(today.weekday() - SUNDAY) % 7)
    return last if last <= now else last - WEEK


def monthly_due(now: datetime) -> datetime:
    """The beginning of this UTC month."""
    return require_utc(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def report_name(kind: ReportKind, until: datetime) -> str:
    """Year and file without ending, as they stand below the reports' folder: `2026/week_20261122`."""
    day = require_utc(until)
    return f"{day:%Y}/{STEMS[kind]}_{day:%Y%m%d}"


def may_be_removed(made_at: datetime, now: datetime) -> bool:
    """Only what was made seven years ago or earlier, to the day; the 29th of February counts as the 1st of March."""
    made = require_utc(made_at)
    try:
        until = made.replace(year=made.year + KEPT_YEARS)
    except ValueError:
        until = made.replace(year=made.year + KEPT_YEARS, month=3, day=1)
    return require_utc(now) >= until


def report_moment(ending: date | None, now: datetime) -> datetime:
    """The moment that a report looks back from: the end of the UTC day `ending`, now where that day is not over.

    Raises DataError `bad_day` for one that has not begun.
    """
    if ending is None:
        return require_utc(now)
    if ending > require_utc(now).date():
        raise DataError("bad_day", f"{ending} has not begun: name a day up to today, UTC")
    return min(datetime.combine(ending, time.max, UTC), require_utc(now))
