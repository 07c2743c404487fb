"""Reading signals from a SQL database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.signal_rows import record, select_records, select_signals, stored_signal
from alpine_core.adapters.sql.tables import OUTCOMES, RECORDS, SIGNALS
from alpine_core.model.query import Page, SignalQuery, Window
from alpine_core.model.record import Record
from alpine_core.model.signal import StoredSignal
from alpine_core.wire.moments import write_moment

_CAPITALS, _SMALL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"


class SqlSignalShelf:
    """`ports.SignalShelf` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def after(self, cursor: int, limit: int) -> tuple[Record, ...]:
        beyond = select_records().where(RECORDS.c.cursor > cursor).order_by(RECORDS.c.cursor).limit(limit)
        return tuple(record(row) for row in await self._database.read(beyond))

    async def by_id(self, signal_id: str) -> StoredSignal | None:
        rows = await self._database.read(select_signals().where(SIGNALS.c.signal_id == signal_id))
        return stored_signal(rows[0]) if rows else None

    async def page(self, query: SignalQuery, window: Window) -> Page[StoredSignal]:
        asked = _within(select_signals(), window).where(*_filters(query, window))
        asked = asked.order_by(SIGNALS.c.cursor.desc()).limit(query.limit + 1)
        rows = await self._database.read(asked)
        items = tuple(_as_shown(stored_signal(row), window) for row in rows[: query.limit])
        return Page(items=items, next_before=items[-1].cursor if len(rows) > query.limit else None)

    async def newest_cursor(self) -> int:
        rows = await self._database.read(select(func.coalesce(func.max(RECORDS.c.cursor), 0)))
        return int(rows[0][0])


def _within(asked: Select[Any], window: Window) -> Select[Any]:
    if window.since is not None:
        asked = asked.where(SIGNALS.c.received_at >= write_moment(window.since))
    return asked.where(_is_open(SIGNALS.c.received_at, window))


def _is_open(at: ColumnElement[str], window: Window) -> ColumnElement[bool]:
    if window.until is None:
        return true()
    late_enough = at <= write_moment(window.until)
    if window.live_below is None:
        return late_enough
    return or_(SIGNALS.c.confidence < window.live_below, late_enough)


def _filters(query: SignalQuery, window: Window) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    for column, value in (
        (SIGNALS.c.symbol, query.symbol),
        (SIGNALS.c.action, query.action),
        (SIGNALS.c.regime, query.regime),
    ):
        if value is not None:
            chosen.append(column == value)
    if query.min_confidence is not None:
        chosen.append(SIGNALS.c.confidence >= query.min_confidence)
    if query.before is not None:
        chosen.append(SIGNALS.c.cursor < query.before)
    if query.outcome is not None:
        # What the window hides must not show through a filter either.
        seen = and_(OUTCOMES.c.outcome.is_not(None), _is_open(OUTCOMES.c.recorded_at, window))
        chosen.append(case((seen, OUTCOMES.c.outcome), else_="open") == query.outcome)
    if query.search is not None:
        chosen.append(_found(query.search))
    return chosen


def _found(text: str) -> ColumnElement[bool]:
    looked_for = text.translate(str.maketrans(_CAPITALS, _SMALL))
    columns = (SIGNALS.c.signal_id, SIGNALS.c.symbol, SIGNALS.c.strategy, func.coalesce(SIGNALS.c.reasoning, ""))
    return or_(*(func.lower(column).contains(looked_for, autoescape=True) for column in columns))


def _as_shown(stored: StoredSignal, window: Window) -> StoredSignal:
    below = window.live_below is not None and stored.verified.fields.confidence < window.live_below
    if window.until is None or below or stored.resolved_at is None or stored.resolved_at <= window.until:
        return stored
    return StoredSignal(cursor=stored.cursor, verified=stored.verified, received_at=stored.received_at)
