"""A month's report from the record of that month."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from alpine_core.model.monthly_report import MonthlyLine, MonthlyReport
from alpine_core.track_record.record import Terms, TrackRecord
from alpine_core.track_record.selection import Selection


def month_before(now: datetime) -> date:
    """The first day of the month before the one of `now`, which is in UTC."""
    return (now.date().replace(day=1) - timedelta(days=1)).replace(day=1)


def month_terms(first: date) -> Terms:
    """What ended in the month that begins with `first`, with the costs and the stake of the track record."""
    following = (first + timedelta(days=31)).replace(day=1)
    return Terms(selection=Selection(since=first, until=following - timedelta(days=1)))


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
