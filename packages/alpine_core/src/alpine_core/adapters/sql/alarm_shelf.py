"""Reading alarms from a SQL database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, Text, bindparam, func, or_, select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.tables import ALARMS
from alpine_core.model.alarm import Alarm, AlarmKind, RaisedSubject
from alpine_core.wire.moments import write_moment

_NEWEST = Reading(select(ALARMS).order_by(ALARMS.c.id.desc()).limit(bindparam("most", type_=Integer)))
_COUNT = Reading(select(func.count().label("alarms")).select_from(ALARMS))

_KIND, _BEFORE = bindparam("kind", type_=Text), bindparam("before", type_=BigInteger)
_PAGE = Reading(
    select(ALARMS)
    .where(or_(_KIND == "", ALARMS.c.kind == _KIND), or_(_BEFORE == 0, ALARMS.c.id < _BEFORE))
    .order_by(ALARMS.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)

_SINCE = (
    select(
        ALARMS.c.kind,
        ALARMS.c.subject,
        func.max(ALARMS.c.raised_at).label("raised_at"),
        func.row_number().over(partition_by=ALARMS.c.kind, order_by=func.min(ALARMS.c.id)).label("place"),
    )
    .where(ALARMS.c.raised_at > bindparam("since", type_=Text))
    .group_by(ALARMS.c.kind, ALARMS.c.subject)
    .subquery()
)
_SUBJECTS = Reading(
    select(_SINCE).where(_SINCE.c.place <= bindparam("most", type_=Integer)).order_by(_SINCE.c.kind, _SINCE.c.place)
)


class SqlAlarmShelf:
    """`ports.AlarmShelf` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self, limit: int) -> tuple[Alarm, ...]:
        rows = await self._database.read(_NEWEST, most=limit)
        return tuple(map(_alarm, rows))

    async def count_alarms(self) -> int:
        rows = await self._database.read(_COUNT)
        return int(rows[0].alarms)

    async def alarms_of(self, kind: AlarmKind | None, before: int | None, limit: int) -> tuple[Alarm, ...]:
        wanted = "" if kind is None else kind.value
        return tuple(map(_alarm, await self._database.read(_PAGE, kind=wanted, before=before or 0, most=limit)))

    async def subjects_since(self, since: datetime, limit: int) -> tuple[RaisedSubject, ...]:
        rows = await self._database.read(_SUBJECTS, since=write_moment(since), most=limit)
        return tuple(
            RaisedSubject(
                kind=AlarmKind(row.kind), subject=row.subject, raised_at=datetime.fromisoformat(row.raised_at)
            )
            for row in rows
        )


def _alarm(row: Any) -> Alarm:
    return Alarm(
        kind=AlarmKind(row.kind),
        subject=row.subject,
        stored=row.stored,
        offered=row.offered,
        evidence=row.evidence,
        raised_at=datetime.fromisoformat(row.raised_at),
        alarm_id=row.id,
    )
