"""The outbox on a SQL database: messages stay, and a delivery or a refusal is a row beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, bindparam, exists, func, insert, literal, select, text

from argo_core.adapters.sql.created_at import created_instant
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.pages import require_limit
from argo_core.adapters.sql.tables import OUTBOX, OUTBOX_DELIVERY, OUTBOX_REFUSAL
from argo_core.model.cycle import OutboxMessage
from argo_core.model.instant import to_text
from argo_core.ports.outbox import Backlog, PendingMessage


def _settled_in(table: Table) -> ColumnElement[bool]:
    return exists().where(table.c.position == OUTBOX.c.position)


_WAITS = ~_settled_in(OUTBOX_DELIVERY) & ~_settled_in(OUTBOX_REFUSAL)
_NEWEST = text("SELECT coalesce(max(position), 0) FROM outbox")
_PENDING = text(
    """SELECT position, key, payload FROM outbox AS o WHERE topic = :topic AND position > :after
       AND NOT EXISTS (SELECT 1 FROM outbox_delivery AS d WHERE d.position = o.position)
       AND NOT EXISTS (SELECT 1 FROM outbox_refusal AS r WHERE r.position = o.position)
       ORDER BY position LIMIT :at_most"""
)


class SqlOutbox:
    """`ports.Outbox` on SQLite or PostgreSQL.

    Remembers per topic up to where everything is settled, which only ever grows: `pending` does not search through
    the past again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._settled: dict[str, int] = {}
        self._newest_sql, self._pending_sql = database.driver_sql(_NEWEST), database.driver_sql(_PENDING)

    async def pending(self, topic: str, limit: int) -> tuple[PendingMessage, ...]:
        """The oldest unsettled messages of `topic`, oldest first. Raises DataError `bad_limit`, StoreError."""
        known = self._settled.get(topic, 0)
        with store_errors("reading the outbox"):
            # The newest position first: what is appended between the two answers is not taken for settled.
            ((newest,),), rows = await self._database.fetch(
                [(self._newest_sql, ()), (self._pending_sql, (topic, known, require_limit(limit)))]
            )
        self._settled[topic] = rows[0][0] - 1 if rows else newest
        return tuple(
            PendingMessage(position=position, message=OutboxMessage(topic=topic, key=key, payload=bytes(payload)))
            for position, key, payload in rows
        )

    async def mark_delivered(self, positions: Sequence[int], delivered_at: datetime) -> None:
        """Record the deliveries; those recorded before keep their time. Raises StoreError for unknown positions."""
        await self._mark(
            OUTBOX_DELIVERY, {position: {} for position in positions}, {"delivered_at": to_text(delivered_at)}
        )

    async def mark_refused(self, codes: Mapping[int, str], refused_at: datetime) -> None:
        """Record the refusals, each with its code; those recorded before stand. Raises StoreError likewise."""
        rows = {position: {"code": code} for position, code in codes.items()}
        await self._mark(OUTBOX_REFUSAL, rows, {"refused_at": to_text(refused_at)})

    async def backlog(self, topic: str) -> Backlog:
        """How much waits in `topic`, since when, and how much was refused. Raises StoreError."""
        waits = select(func.count(), func.min(OUTBOX.c.created_at)).where(*self._waiting(topic))
        refused = select(func.count()).where(OUTBOX.c.topic == topic, _settled_in(OUTBOX_REFUSAL))
        with store_errors("reading the outbox"):
            async with self._database.reading() as connection:
                pending, oldest = (await connection.execute(waits)).one()
                refusals = await connection.scalar(refused)
        oldest_at = None if oldest is None else created_instant(oldest)
        return Backlog(pending=pending, refused=int(refusals or 0), oldest_at=oldest_at)

    def _waiting(self, topic: str) -> tuple[ColumnElement[bool], ...]:
        return OUTBOX.c.topic == topic, OUTBOX.c.position > self._settled.get(topic, 0), _WAITS

    async def _mark(self, table: Table, rows: Mapping[int, Mapping[str, str]], same: Mapping[str, str]) -> None:
        if not rows:
            return
        position = bindparam("at_position", type_=table.c.position.type)
        own = [column.name for column in table.columns if column.name not in ("position", *same)]
        new = select(
            position, *(bindparam(f"at_{name}", type_=table.c[name].type) for name in own), *map(literal, same.values())
        ).where(~exists().where(table.c.position == position))
        marking = insert(table).from_select(["position", *own, *same], new)
        values = [
            {"at_position": at, **{f"at_{name}": value for name, value in row.items()}}
            for at, row in sorted(rows.items())
        ]

        def mark(connection: Connection) -> None:
            connection.execute(marking, values)

        with store_errors("marking messages"):
            # A crash before the commit leaves the messages pending: they are sent again, which is harmless.
            await self._database.write(mark)
