"""Alerts and what became of telling them, read from a SQL database."""

from __future__ import annotations

from collections import defaultdict

import msgspec
from sqlalchemy import Connection, func, select

from argo_core.adapters.sql.alert_tables import ALERT_ATTEMPT, ALERT_LOG, ALERT_TASK
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.pages import require_limit
from argo_core.model.alert import Alert, AlertRecord, Attempt, Matter
from argo_core.model.instant import from_text
from argo_core.model.query import Page

_ALERT = msgspec.json.Decoder(Alert)
_NAMES = msgspec.json.Decoder(tuple[str, ...])


class SqlAlertReader:
    """`ports.AlertReader` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def alerts(self, limit: int, before: int | None = None) -> Page[AlertRecord]:
        """Raises DataError `bad_limit`, StoreError."""
        wanted = select(ALERT_LOG.c.id, ALERT_LOG.c.body).order_by(ALERT_LOG.c.id.desc())
        if before is not None:
            wanted = wanted.where(ALERT_LOG.c.id < before)
        wanted = wanted.limit(require_limit(limit) + 1)

        def look(connection: Connection) -> Page[AlertRecord]:
            rows = connection.execute(wanted).all()
            numbers = [row.id for row in rows[:limit]]
            channels, attempts = _tasks(connection, numbers), _attempts(connection, numbers)
            items = tuple(
                AlertRecord(
                    number=row.id,
                    alert=_ALERT.decode(row.body),
                    channels=tuple(channels[row.id]),
                    attempts=tuple(attempts[row.id]),
                )
                for row in rows[:limit]
            )
            return Page(items=items, next_before=numbers[-1] if len(rows) > limit else None)

        with store_errors("reading alerts"):
            return await self._database.read(look)

    async def standing(self) -> tuple[Matter, ...]:
        """Raises StoreError."""
        newest = select(func.max(ALERT_LOG.c.id)).where(ALERT_LOG.c.told == 1).group_by(ALERT_LOG.c.dedup_key)
        wanted = (
            select(ALERT_LOG.c.body, ALERT_LOG.c.channels)
            .where(ALERT_LOG.c.id.in_(newest), ALERT_LOG.c.resolved == 0)
            .order_by(ALERT_LOG.c.id)
        )

        def look(connection: Connection) -> tuple[Matter, ...]:
            rows = connection.execute(wanted).all()
            return tuple(Matter(alert=_ALERT.decode(row.body), channels=_NAMES.decode(row.channels)) for row in rows)

        with store_errors("reading alerts"):
            return await self._database.read(look)


def _tasks(connection: Connection, numbers: list[int]) -> defaultdict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    wanted = select(ALERT_TASK.c.alert, ALERT_TASK.c.channel).where(ALERT_TASK.c.alert.in_(numbers))
    for row in connection.execute(wanted.order_by(ALERT_TASK.c.id)):
        found[row.alert].append(row.channel)
    return found


def _attempts(connection: Connection, numbers: list[int]) -> defaultdict[int, list[Attempt]]:
    found: defaultdict[int, list[Attempt]] = defaultdict(list)
    wanted = (
        select(ALERT_TASK.c.alert, ALERT_TASK.c.channel, ALERT_ATTEMPT)
        .join(ALERT_TASK, ALERT_TASK.c.id == ALERT_ATTEMPT.c.task)
        .where(ALERT_TASK.c.alert.in_(numbers))
        .order_by(ALERT_ATTEMPT.c.id)
    )
    for row in connection.execute(wanted):
        found[row.alert].append(
            Attempt(
                channel=row.channel,
                delivered=bool(row.delivered),
                settled=bool(row.settled),
                detail=row.detail,
                at=from_text(row.at),
            )
        )
    return found
