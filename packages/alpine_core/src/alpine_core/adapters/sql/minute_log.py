"""The minutes in which the service was up, on a SQL database."""

from __future__ import annotations

from sqlalchemy import Integer, bindparam, func, select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.tables import UP_MINUTES
from alpine_core.adapters.sql.transaction import Plan, Statement

_MINUTE = UP_MINUTES.c.minute
_WITHIN = (bindparam("start", type_=Integer) <= _MINUTE, bindparam("end", type_=Integer) > _MINUTE)
_BEFORE = func.lag(_MINUTE).over(order_by=_MINUTE)
_PAIRS = select(_MINUTE.label("minute"), _BEFORE.label("before")).where(*_WITHIN).subquery()
_FIRST = Reading(select(func.min(_MINUTE).label("first")))
_COUNT = Reading(select(func.count().label("count")).select_from(UP_MINUTES).where(*_WITHIN))
_GAPS = Reading(
    select(_PAIRS.c.before, _PAIRS.c.minute)
    .where(_PAIRS.c.minute - _PAIRS.c.before > 1)
    .order_by(_PAIRS.c.minute.desc())
    .limit(bindparam("most", type_=Integer))
)
_NOTE = "INSERT INTO up_minutes (minute) VALUES (?) ON CONFLICT DO NOTHING"


class SqlMinuteLog:
    """`ports.MinuteLog` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, minute: int) -> None:
        noted = Plan([Statement(_NOTE, [(minute,)])], None)
        await self._database.transact("noting a minute", [], lambda _none: noted)

    async def first(self) -> int | None:
        first: int | None = (await self._database.read(_FIRST))[0].first
        return first

    async def count(self, start: int, end: int) -> int:
        return int((await self._database.read(_COUNT, start=start, end=end))[0].count)

    async def gaps(self, start: int, end: int, limit: int) -> tuple[tuple[int, int], ...]:
        rows = await self._database.read(_GAPS, start=start, end=end, most=limit)
        return tuple((row.before, row.minute) for row in rows)
