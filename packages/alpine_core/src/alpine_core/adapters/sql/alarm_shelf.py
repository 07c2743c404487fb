"""Reading alarms from a SQL database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.tables import ALARMS
from alpine_core.model.alarm import Alarm, AlarmKind


class SqlAlarmShelf:
    """`ports.AlarmShelf` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self, limit: int) -> tuple[Alarm, ...]:
        rows = await self._database.read(select(ALARMS).order_by(ALARMS.c.id.desc()).limit(limit))
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
