"""Ended signals and daily closes from a SQL database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from math import isfinite
from typing import Any

from sqlalchemy import Integer, and_, bindparam, func, select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.ledger_tables import OUTCOME_SEALS, SEALS
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.signal_rows import aware
from alpine_core.adapters.sql.tables import MARKS, OUTCOMES, SIGNALS
from alpine_core.errors import StoreError
from alpine_core.model.closed_signal import ClosedSignal, DayClose
from alpine_core.wire.market_time import market_time

_CLOSED = Reading(
    select(
        OUTCOMES.c.cursor,
        SIGNALS.c.signal_id,
        SIGNALS.c.symbol,
        SIGNALS.c.action,
        SIGNALS.c.strategy,
        SIGNALS.c.confidence,
        SIGNALS.c.win_probability,
        SIGNALS.c.regime,
        SIGNALS.c.entry_price,
        SIGNALS.c.as_of,
        SIGNALS.c.timestamp,
        SIGNALS.c.data_source,
        SIGNALS.c.received_at,
        OUTCOMES.c.exit_price,
        OUTCOMES.c.result,
        OUTCOMES.c.profit_loss_pct,
        OUTCOMES.c.net_pct,
        OUTCOMES.c.exit_at,
        OUTCOMES.c.recorded_at,
    )
    .select_from(
        OUTCOMES.join(SIGNALS, SIGNALS.c.signal_id == OUTCOMES.c.signal_id)
        .join(OUTCOME_SEALS, OUTCOME_SEALS.c.cursor == OUTCOMES.c.cursor)
        .join(SEALS, SEALS.c.cursor == SIGNALS.c.cursor)
    )
    .where(OUTCOMES.c.cursor > bindparam("beyond"))
    .order_by(OUTCOMES.c.cursor)
    .limit(bindparam("most", type_=Integer))
)
_day = func.substr(MARKS.c.start, 1, 10)  # times are texts that begin with the day
_lasts = (
    select(_day.label("day"), func.max(MARKS.c.start).label("last"))
    .where(MARKS.c.symbol == bindparam("symbol"), MARKS.c.start >= bindparam("since"), MARKS.c.start < bindparam("end"))
    .group_by(_day)
    .subquery()
)
_DAY_CLOSES = Reading(
    select(_lasts.c.day, MARKS.c.timeframe, MARKS.c.close)
    .select_from(_lasts.join(MARKS, and_(MARKS.c.symbol == bindparam("symbol"), MARKS.c.start == _lasts.c.last)))
    .order_by(_lasts.c.day, MARKS.c.timeframe)
)


class SqlRecordShelf:
    """`ports.RecordShelf` on SQLite or PostgreSQL.

    A row that cannot be read is left out and told to `on_unreadable`, by name and problem. Without somebody to tell,
    reading it raises StoreError.
    """

    def __init__(self, database: Database, on_unreadable: Callable[[str, str], None] | None = None) -> None:
        self._database = database
        self._on_unreadable = on_unreadable

    async def closed(self, beyond: int, limit: int) -> tuple[ClosedSignal, ...]:
        found: list[ClosedSignal] = []
        while len(found) < limit:
            most = limit - len(found)
            rows = await self._database.read(_CLOSED, beyond=beyond, most=most)
            found += [one for one in map(self._readable, rows) if one is not None]
            if len(rows) < most:
                break
            beyond = rows[-1].cursor
        return tuple(found)

    async def day_closes(self, symbol: str, since: date, until: date) -> tuple[DayClose, ...]:
        end = until + timedelta(days=1)
        rows = await self._database.read(_DAY_CLOSES, symbol=symbol, since=since.isoformat(), end=end.isoformat())
        first: dict[str, float] = {}
        for row in rows:
            first.setdefault(row.day, row.close)
        return tuple(DayClose(day=date.fromisoformat(day), close=close) for day, close in first.items())

    def _readable(self, row: Any) -> ClosedSignal | None:
        try:
            return _closed(row)
        except (ValueError, TypeError) as error:
            # Nothing of ours writes such a row: somebody else has.
            problem = f"the outcome of {row.signal_id!a} cannot be read: {error}: restore a backup"
            if self._on_unreadable is None:
                raise StoreError(problem) from error
            self._on_unreadable(str(row.signal_id), problem)
            return None


def _closed(row: Any) -> ClosedSignal:
    numbers = (row.confidence, row.entry_price)
    maybe = (row.win_probability, row.exit_price, row.profit_loss_pct, row.net_pct)
    for number in (*numbers, *(each for each in maybe if each is not None)):
        if type(number) is not float or not isfinite(number):
            raise TypeError("a number is of another kind")
    received_at, recorded_at = aware(row.received_at), aware(row.recorded_at)
    return ClosedSignal(
        cursor=row.cursor,
        signal_id=row.signal_id,
        symbol=row.symbol,
        action=row.action,
        strategy=row.strategy,
        confidence=row.confidence,
        win_probability=row.win_probability,
        regime=row.regime,
        entry_price=row.entry_price,
        exit_price=row.exit_price,
        result=row.result,
        gross_pct=row.profit_loss_pct,
        stated_net_pct=row.net_pct,
        opened_at=market_time(row.as_of, row.timestamp) or received_at,
        closed_at=market_time(row.exit_at) or recorded_at,
        received_at=received_at,
        replayed=(row.data_source or "").startswith("replay"),
    )
