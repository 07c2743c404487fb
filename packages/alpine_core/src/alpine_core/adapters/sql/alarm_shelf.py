"""Reading alarms from a SQL database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, bindparam, func, select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.tables import ALARMS
from alpine_core.model.alarm import Alarm, AlarmKind

_NEWEST = Reading(select(ALARMS).order_by(ALARMS.c.id.desc()).limit(bindparam("most", type_=Integer)))
_COUNT = Reading(select(func.count().label("alarms")).select_from(ALARMS))


class SqlAlarmShelf:
    """`ports.AlarmShelf` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self, limit: int) -> tuple[Alarm, ...]:
        rows = await self._database.read(_NEWEST, most=limit)
        return tuple(
            Alarm(
                kind=AlarmKind(row.kind),
                subject=row.subject,
                stored=row.stored,
                offered=row.offered,
                evidence=row.evidence,
                raised_at=datetime.fromisoformat(row.raised_at),
                alarm_id=row.id,
            )
            for row in rows
        )

    async def count_alarms(self) -> int:
        rows = await self._database.read(_COUNT)
        return int(rows[0].alarms)
