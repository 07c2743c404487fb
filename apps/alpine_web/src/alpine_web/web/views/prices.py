"""Marks as a chart, and how far an open signal is from its target and stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alpine_core.model import Mark, MarkSeries
from alpine_core.tiers import SignalView
from alpine_core.wire.market_time import market_time as market_time_of

BEFORE = timedelta(days=45)
AFTER = timedelta(days=120)
SHOWN_BARS = 400


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars oldest first, of one timeframe and origin; empty if the provider sent none."""

    marks: tuple[Mark, ...]
    timeframe: str
    origin: str


@dataclass(frozen=True, slots=True)
class OpenSignal:
    """`last` is the newest close, None if unknown; distances are per cent of it, positive where the price must rise."""

    view: SignalView
    last: float | None
    last_at: datetime | None
    to_target_pct: float | None
    to_stop_pct: float | None


def market_time(view: SignalView) -> datetime:
    """The moment of the market that the signal speaks about: as the provider says, else when it was issued.

    Of the years 1970 to 2200, whatever is stored.
    """
    return market_time_of(view.details.as_of, view.timestamp) or view.received_at


def period(view: SignalView) -> tuple[datetime, datetime]:
    """Between which moments bars belong on the signal's chart."""
    moment = market_time(view)
    return moment - BEFORE, moment + AFTER


def chart_of(series: Sequence[MarkSeries], view: SignalView) -> Chart:
    """The series that tells most about the time around the signal, cut to what a screen can show."""
    if not series:
        return Chart((), "", "")
    best = max(series, key=lambda each: (len(each.marks), each.timeframe))
    moment = market_time(view)
    at = sum(mark.start <= moment for mark in best.marks)
    first = max(0, min(at - SHOWN_BARS // 2, len(best.marks) - SHOWN_BARS))
    return Chart(best.marks[first : first + SHOWN_BARS], best.timeframe, best.origin)


def open_signal(view: SignalView, newest: Mark | None) -> OpenSignal:
    """An open signal beside the newest price of its symbol."""
    if newest is None:
        return OpenSignal(view, None, None, None, None)
    last = newest.close
    return OpenSignal(view, last, newest.start, _distance(view.target_price, last), _distance(view.stop_price, last))


def _distance(level: float | None, last: float) -> float | None:
    return None if level is None else (level / last - 1) * 100
