"""The market of a backtest over bars of the library, with the exchange's sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from argo_core.adapters.exchange_calendar import ExchangeCalendar
from argo_core.backtest.history import moments_of
from argo_core.backtest.own_sessions import sessions_of
from argo_core.backtest.stored_history import StoredChoice, newest_series, pinned_series
from argo_core.errors import DataError
from argo_core.model.bars import Bars
from argo_core.model.instant import InstantArray, from_instant64
from argo_core.model.sessions import Sessions
from argo_core.ports.bar_library import BarLibrary

BEFORE, AFTER = timedelta(days=8), timedelta(days=98)
"""So much of the calendar is wanted around the bars: the last signals have a horizon too."""


@dataclass(frozen=True, slots=True)
class BacktestMarket:
    """Whole histories, the exchange's sessions, and when the market is looked at."""

    bars: tuple[Bars, ...]
    sessions: Sessions
    moments: InstantArray


def stored_market(
    library: BarLibrary,
    calendar: ExchangeCalendar,
    stored: StoredChoice,
    symbols: tuple[str, ...] | None,
    begin: str | None,
    end: str | None,
) -> BacktestMarket:
    """Looked at whenever a bar is complete, in (begin, end], days `YYYY-MM-DD` or None. Sessions are read off the bars
    where the calendar does not reach. Raises DataError `not_stored`, `bad_timeframe`, `bad_period`; StoreError."""
    if stored.hashes is None:
        series = newest_series(library, symbols, stored.timeframe, stored.adjustment)
    else:
        series = pinned_series(library, stored.hashes, stored.timeframe, stored.adjustment)
    bars = tuple(library.load(each) for each in series)
    moments = moments_of(bars, _day(begin), _day(end))
    if not moments.size:
        first, last = min(each.first for each in series), max(each.last for each in series)
        raise DataError("bad_period", f"no bar ends in this period: bars are stored from {first:%F} to {last:%F}")
    return BacktestMarket(bars, _sessions(calendar, bars), moments)


def _sessions(calendar: ExchangeCalendar, bars: tuple[Bars, ...]) -> Sessions:
    first = from_instant64(min(each.end[0] for each in bars)) - BEFORE
    last = from_instant64(max(each.end[-1] for each in bars)) + AFTER
    try:
        return calendar.sessions(first.date(), last.date())
    except DataError:
        return sessions_of(bars)


def _day(text: str | None) -> datetime | None:
    return None if text is None else datetime.combine(date.fromisoformat(text), datetime.min.time(), tzinfo=UTC)
