"""Alerts and what became of telling them, on a SQL database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import msgspec
from sqlalchemy import Connection, func, select

from argo_core.adapters.sql.alert_tables import ALERT_ATTEMPT, ALERT_LOG, ALERT_TASK
from argo_core.adapters.sql.append_rows import append_rows
from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.pages import require_limit
from argo_core.alerts.routing import CHANNELS, channels_for
from argo_core.model.alert import Alert, Attempt, Matter, PendingAlert
from argo_core.model.instant import to_text

_ALERT = msgspec.json.Decoder(Alert)
_NAMES = msgspec.json.Decoder(tuple[str, ...])


class SqlAlertStore:
    """`ports.AlertStore` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._settled: dict[str, int] = {}

    async def keep(self, alert: Alert, configured: Collection[str]) -> tuple[str, ...]:
        """Raises StoreError."""

        def keep_once(connection: Connection) -> tuple[str, ...]:
            before = _matter(connection, alert.dedup_key)
            channels = channels_for(alert, before, configured)
            heard = () if before is None or not before.open else before.channels
            _append(connection, alert, channels, (*channels, *heard), told=bool(channels))
            return channels

        with store_errors("keeping an alert"):
            # A crash before the commit keeps nothing: whoever raised it looks again after the restart. After it, every
            # channel finds its task.
            return await self._database.write(keep_once)

    async def pending(self, channel: str, limit: int) -> tuple[PendingAlert, ...]:
        """Raises DataError `bad_limit`, StoreError."""
        tried = select(func.count()).where(ALERT_ATTEMPT.c.task == ALERT_TASK.c.id).scalar_subquery()
        done = select(ALERT_ATTEMPT.c.id).where(ALERT_ATTEMPT.c.task == ALERT_TASK.c.id, ALERT_ATTEMPT.c.settled == 1)
        wanted = (
            select(ALERT_TASK.c.id, ALERT_LOG.c.body, tried.label("attempts"))
            .join(ALERT_LOG, ALERT_LOG.c.id == ALERT_TASK.c.alert)
            .where(ALERT_TASK.c.channel == channel, ALERT_TASK.c.id > self._settled.get(channel, 0), ~done.exists())
            .order_by(ALERT_TASK.c.id)
            .limit(require_limit(limit))
        )
        newest = select(func.coalesce(func.max(ALERT_TASK.c.id), 0))

        def look(connection: Connection) -> tuple[int, tuple[PendingAlert, ...]]:
            # The newest task first: what is kept between the two answers is not taken for settled.
            last = connection.scalar(newest) or 0
            rows = connection.execute(wanted).all()
            found = (PendingAlert(task=row.id, alert=_ALERT.decode(row.body), attempts=row.attempts) for row in rows)
            return last, tuple(found)

        with store_errors("reading alerts"):
            last, waiting = await self._database.read(look)
        self._settled[channel] = waiting[0].task - 1 if waiting else last
        return waiting

    async def attempted(self, task: int, attempt: Attempt) -> None:
        """Raises StoreError."""

        def append(connection: Connection) -> None:
            append_rows(connection, ALERT_ATTEMPT, [_attempt_row(task, attempt)])

        with store_errors("keeping what became of an alert"):
            # A crash between the channel's answer and this commit tells it twice.
            await self._database.write(append)

    async def recorded(
        self, alert: Alert, attempts: Sequence[Attempt], *, matter: bool, waiting: Collection[str] = ()
    ) -> None:
        """Raises StoreError."""
        channels = tuple(dict.fromkeys((*(one.channel for one in attempts), *waiting)))

        def append(connection: Connection) -> None:
            tasks = _append(connection, alert, channels, channels, told=matter)
            append_rows(connection, ALERT_ATTEMPT, [_attempt_row(tasks[one.channel], one) for one in attempts])

        with store_errors("keeping an alert"):
            # Before the commit whoever asks has it still. A crash between the commit and the caller's own note of it:
            # it is recorded twice, and what waits is told twice.
            await self._database.write(append)


def _matter(connection: Connection, key: str) -> Matter | None:
    wanted = (
        select(ALERT_LOG.c.body, ALERT_LOG.c.channels)
        .where(ALERT_LOG.c.dedup_key == key, ALERT_LOG.c.told == 1)
        .order_by(ALERT_LOG.c.id.desc())
        .limit(1)
    )
    row = connection.execute(wanted).first()
    return None if row is None else Matter(alert=_ALERT.decode(row.body), channels=_NAMES.decode(row.channels))


def _append(
    connection: Connection, alert: Alert, channels: Iterable[str], heard: Iterable[str], *, told: bool
) -> dict[str, int]:
    """The number of each channel's task."""
    created, names = created_text(alert.raised_at), tuple(name for name in CHANNELS if name in tuple(heard))
    row = {
        "dedup_key": alert.dedup_key,
        "severity": alert.severity.value,
        "source": alert.source,
        "resolved": int(alert.resolved),
        "told": int(told),
        "channels": msgspec.json.encode(names).decode(),
        "raised_at": to_text(alert.raised_at),
        "body": msgspec.json.encode(alert).decode(),
        "created_at": created,
    }
    append_rows(connection, ALERT_LOG, [row])
    number = connection.scalar(select(func.max(ALERT_LOG.c.id)))
    append_rows(
        connection, ALERT_TASK, [{"alert": number, "channel": name, "created_at": created} for name in channels]
    )
    tasks = select(ALERT_TASK.c.channel, ALERT_TASK.c.id).where(ALERT_TASK.c.alert == number)
    return {row.channel: row.id for row in connection.execute(tasks)}


def _attempt_row(task: int, attempt: Attempt) -> dict[str, object]:
    return {
        "task": task,
        "delivered": int(attempt.delivered),
        "settled": int(attempt.settled),
        "detail": attempt.detail,
        "at": to_text(attempt.at),
        "created_at": created_text(attempt.at),
    }
