"""Reading signals from a SQL database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Integer, UnaryExpression, bindparam, func, or_, select, true

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.ledger_tables import REVEALS, SEALS
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.signal_rows import record, select_records, select_signals, stored_signal
from alpine_core.adapters.sql.tables import OUTCOMES, RECORDS, SIGNALS
from alpine_core.errors import StoreError
from alpine_core.model.query import Page, SignalQuery, Sort, Window
from alpine_core.model.record import Record
from alpine_core.model.signal import StoredSignal
from alpine_core.wire.moments import write_moment

T = TypeVar("T")
OnUnreadable = Callable[[str, str], None]

_CAPITALS, _SMALL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
_BEYOND = Reading(
    select_records()
    .where(RECORDS.c.cursor > bindparam("beyond"))
    .order_by(RECORDS.c.cursor)
    .limit(bindparam("most", type_=Integer))
)
_BY_ID = Reading(select_signals().where(SIGNALS.c.signal_id == bindparam("wanted")))
_NEWEST = Reading(select(func.coalesce(func.max(RECORDS.c.cursor), 0).label("newest")))
_SEARCHED = (SIGNALS.c.signal_id, SIGNALS.c.symbol, SIGNALS.c.strategy, func.coalesce(SIGNALS.c.reasoning, ""))
_CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    "symbol": SIGNALS.c.symbol == bindparam("symbol"),
    "action": SIGNALS.c.action == bindparam("action"),
    "regime": SIGNALS.c.regime == bindparam("regime"),
    "min_confidence": SIGNALS.c.confidence >= bindparam("min_confidence"),
    "before": SIGNALS.c.cursor < bindparam("before"),
    "search": or_(*(func.lower(column).like(bindparam("search"), escape="/") for column in _SEARCHED)),
    "since": SIGNALS.c.received_at >= bindparam("since"),
    "proven": SEALS.c.cursor.is_not(None),
}
_ORDERS: Mapping[Sort, Sequence[UnaryExpression[Any]]] = {
    "newest": (SIGNALS.c.cursor.desc(),),
    "oldest": (SIGNALS.c.cursor.asc(),),
    "confidence": (SIGNALS.c.confidence.desc(), SIGNALS.c.cursor.desc()),
    "symbol": (SIGNALS.c.symbol.asc(), SIGNALS.c.cursor.desc()),
    "result": (OUTCOMES.c.profit_loss_pct.desc().nulls_last(), SIGNALS.c.cursor.desc()),
}


class SqlSignalShelf:
    """`ports.SignalShelf` on SQLite or PostgreSQL.

    A row that cannot be read is left out and told to `on_unreadable`, by name and problem, so that one does not hide
    the others. Without somebody to tell, reading it raises StoreError.
    """

    def __init__(self, database: Database, on_unreadable: OnUnreadable | None = None) -> None:
        self._database = database
        self._on_unreadable = on_unreadable

    async def after(self, cursor: int, limit: int) -> tuple[Record, ...]:
        found: list[Record] = []
        while len(found) < limit:
            most = limit - len(found)
            rows = await self._database.read(_BEYOND, beyond=cursor, most=most)
            found += self._readable(record, rows)
            if len(rows) < most:
                break
            cursor = rows[-1].place
        return tuple(found)

    async def by_id(self, signal_id: str) -> StoredSignal | None:
        rows = await self._database.read(_BY_ID, wanted=signal_id)
        return next(iter(self._readable(stored_signal, rows)), None)

    async def page(self, query: SignalQuery, window: Window) -> Page[StoredSignal]:
        parameters = _parameters(query, window)
        names = frozenset(parameters) if window.unlogged else frozenset({*parameters, "proven"})
        asked = {**parameters, "most": query.limit + 1, "offset": query.offset}
        rows = await self._database.read(_page_of(names, query.sort), **asked)
        items = tuple(self._readable(stored_signal, rows[: query.limit]))
        if len(rows) <= query.limit:
            return Page(items=items, next_before=None)
        if query.sort == "newest":
            return Page(items=items, next_before=rows[query.limit - 1].cursor)
        return Page(items=items, next_before=None, next_offset=query.offset + query.limit)

    async def newest_cursor(self) -> int:
        rows = await self._database.read(_NEWEST)
        return int(rows[0].newest)

    def _readable(self, read: Callable[[Any], T], rows: Sequence[Any]) -> list[T]:
        found = []
        for row in rows:
            try:
                found.append(read(row))
            except StoreError as error:
                if self._on_unreadable is None:
                    raise
                self._on_unreadable(str(row.signal_id), str(error))
        return found


def _parameters(query: SignalQuery, window: Window) -> dict[str, Any]:
    """What is asked and limited, by name; which names there are decides about the statement."""
    known = {
        "symbol": query.symbol,
        "action": query.action,
        "regime": query.regime,
        "min_confidence": query.min_confidence,
        "before": query.before,
        "outcome": query.outcome,
        "search": None if query.search is None else _pattern(query.search),
        "since": None if window.since is None else write_moment(window.since),
        "until": None if window.until is None else write_moment(window.until),
        "live_below": None if window.until is None else window.live_below,
    }
    return {name: value for name, value in known.items() if value is not None}


@cache
def _page_of(names: frozenset[str], sort: Sort) -> Reading:
    """The statement for these parameters: as many as there are ways to combine eleven names and five orders."""
    conditions = [condition for name, condition in _CONDITIONS.items() if name in names]
    conditions.append(_is_open(names))
    if "outcome" in names:
        conditions.append(func.coalesce(OUTCOMES.c.outcome, "open") == bindparam("outcome"))
    asked = select_signals().where(*conditions).order_by(*_ORDERS[sort])
    return Reading(asked.limit(bindparam("most", type_=Integer)).offset(bindparam("offset", type_=Integer)))


def _is_open(names: frozenset[str]) -> ColumnElement[bool]:
    if "until" not in names:
        return true()
    late_enough = SIGNALS.c.received_at <= bindparam("until")
    disclosed = or_(OUTCOMES.c.cursor.is_not(None), REVEALS.c.leaf_index.is_not(None))
    if "live_below" not in names:
        return or_(late_enough, disclosed)
    return or_(SIGNALS.c.confidence < bindparam("live_below"), late_enough, disclosed)


def _pattern(text: str) -> str:
    looked_for = text.translate(str.maketrans(_CAPITALS, _SMALL))
    for special in ("/", "%", "_"):
        looked_for = looked_for.replace(special, f"/{special}")
    return f"%{looked_for}%"
