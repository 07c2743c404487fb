"""A month's report from the record of that month."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta

from alpine_core.model.monthly_report import MonthlyLine, MonthlyReport
from alpine_core.track_record.record import Terms, TrackRecord
from alpine_core.track_record.selection import Selection

SETTLING = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)


def month_of(when: datetime) -> date:
    """The first day of the month of `when` (aware) in UTC."""
    return when.astimezone(UTC).date().replace(day=1)


def month_after(first: date) -> date:
    """The first day of the month after the one that begins with `first`."""
    return (first + timedelta(days=31)).replace(day=1)


def month_end(first: date) -> datetime:
    """When the month that begins with `first` is over, in UTC."""
    return datetime.combine(month_after(first), time(), tzinfo=UTC)


def missing_months(closed_at: Iterable[datetime], reported: Collection[str], now: datetime) -> tuple[date, ...]:
    """Months before that of `now` in which something ended and that have no report (YYYY-MM), the oldest first."""
    over = {month_of(each) for each in closed_at if month_of(each) < month_of(now)}
    return tuple(first for first in sorted(over) if f"{first:%Y-%m}" not in reported)


def is_settled(first: date, mirrored_at: Iterable[datetime], now: datetime) -> bool:
    """Whether what ended in the month that begins with `first` has come: every log is mirrored to a checkpoint of a
    later month (`mirrored_at`: when the newest of each log was received, none for no log) and what it says has had
    SETTLING to be delivered, or six hours have passed."""
    passed = now - month_end(first)
    if passed >= LONGEST_WAIT:
        return True
    received = tuple(mirrored_at)
    return passed >= SETTLING and bool(received) and all(each >= month_end(first) for each in received)


def month_terms(first: date) -> Terms:
    """What ended in the month that begins with `first`, with the costs and the stake of the track record."""
    return Terms(selection=Selection(since=first, until=month_after(first) - timedelta(days=1)))


def monthly_report(first: date, record: TrackRecord, made_at: datetime) -> MonthlyReport:
    """Of the record that `month_terms` selects."""
    overall = record.overall
    return MonthlyReport(
        month=f"{first:%Y-%m}",
        made_at=made_at,
        closed=record.closed,
        without_result=record.without_result,
        replayed=record.replayed,
        won=overall.won.won,
        count=overall.count,
        mean_net_pct=overall.mean_net_pct,
        low=overall.low,
        high=overall.high,
        profit_factor=overall.profit_factor,
        stake_pct=record.terms.stake_pct,
        change_pct=record.months[0].change_pct if record.months else 0.0,
        max_drawdown_pct=record.equity.max_drawdown_pct,
        by_symbol=tuple(
            MonthlyLine(
                symbol=group.name,
                won=group.performance.won.won,
                count=group.performance.count,
                mean_net_pct=group.performance.mean_net_pct or 0.0,
            )
            for group in record.by_symbol
        ),
    )
