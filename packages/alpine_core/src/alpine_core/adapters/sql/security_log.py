"""The log of security events on a SQL database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Integer, Text, bindparam, or_, select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import SECURITY_EVENTS
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Row, Statement
from alpine_core.model.query import Page
from alpine_core.model.security_event import EventQuery, SecurityEvent, SecurityKind
from alpine_core.wire.moments import write_moment

LAST_EVENT = Question("SELECT coalesce(max(id), 0) FROM security_events")
INSERT_EVENT = insert_into(SECURITY_EVENTS)
_BEFORE = bindparam("before", type_=BigInteger)
_NEWEST = (
    select(SECURITY_EVENTS)
    .where(or_(_BEFORE == 0, SECURITY_EVENTS.c.id < _BEFORE))
    .order_by(SECURITY_EVENTS.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)
_ALL = Reading(_NEWEST)
_OF_ACCOUNT = Reading(_NEWEST.where(SECURITY_EVENTS.c.account_id == bindparam("account", type_=Text)))

_FIND = Reading(
    _NEWEST.where(
        *(
            or_(bindparam(name, type_=Text) == "", column == bindparam(name, type_=Text))
            for name, column in (
                ("account", SECURITY_EVENTS.c.account_id),
                ("actor", SECURITY_EVENTS.c.actor_id),
                ("kind", SECURITY_EVENTS.c.kind),
            )
        )
    )
)


class SqlSecurityLog:
    """`ports.SecurityLog` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, event: SecurityEvent) -> SecurityEvent:
        def plan(answers: Answers) -> Plan:
            stored = msgspec.structs.replace(event, event_id=answers[0][0][0] + 1)
            return Plan([Statement(INSERT_EVENT, [event_row(stored)])], stored)

        stored: SecurityEvent = await self._database.transact("storing a security event", [LAST_EVENT], plan)
        return stored

    async def page(
        self, account_id: str | None = None, before: int | None = None, limit: int = 50
    ) -> Page[SecurityEvent]:
        place = {"before": before or 0, "most": limit + 1}
        if account_id is None:
            rows = await self._database.read(_ALL, **place)
        else:
            rows = await self._database.read(_OF_ACCOUNT, account=account_id, **place)
        return _page(rows, limit)

    async def find(self, query: EventQuery) -> Page[SecurityEvent]:
        rows = await self._database.read(
            _FIND,
            account=query.account_id or "",
            actor=query.actor_id or "",
            kind=query.kind.value if query.kind else "",
            before=query.before or 0,
            most=query.limit + 1,
        )
        return _page(rows, query.limit)


def _page(rows: Sequence[Any], limit: int) -> Page[SecurityEvent]:
    events = tuple(_event(row) for row in rows[:limit])
    return Page(items=events, next_before=events[-1].event_id if len(rows) > limit else None)


def tell(events: Sequence[SecurityEvent], last: Sequence[Row]) -> Statement:
    """The events, numbered on from what `LAST_EVENT` answered, as a part of the transaction of their act."""
    numbered = (msgspec.structs.replace(event, event_id=last[0][0] + at) for at, event in enumerate(events, 1))
    return Statement(INSERT_EVENT, [event_row(each) for each in numbered])


def event_row(event: SecurityEvent) -> tuple[Any, ...]:
    """In the order of the table's columns."""
    return (
        event.event_id,
        event.account_id,
        event.actor_id,
        event.kind.value,
        event.detail,
        event.address,
        event.agent,
        write_moment(event.at),
    )


def _event(row: Any) -> SecurityEvent:
    return SecurityEvent(
        event_id=row.id,
        account_id=row.account_id,
        actor_id=row.actor_id,
        kind=SecurityKind(row.kind),
        detail=row.detail,
        address=row.address,
        agent=row.agent,
        at=datetime.fromisoformat(row.at),
    )
