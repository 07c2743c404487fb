"""The outbox on a SQL database: messages stay, and a delivery is a row beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, exists, func, insert, literal, select

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.pages import require_limit
from argo_core.adapters.sql.tables import OUTBOX, OUTBOX_DELIVERY
from argo_core.model.cycle import OutboxMessage
from argo_core.model.instant import to_text
from argo_core.ports.outbox import PendingMessage

_DELIVERED = exists().where(OUTBOX_DELIVERY.c.position == OUTBOX.c.position)


class SqlOutbox:
    """`ports.Outbox` on SQLite or PostgreSQL.

    Remembers per topic up to where everything is delivered, which only ever grows: `pending` does not search through
    the past again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._settled: dict[str, int] = {}

    async def pending(self, topic: str, limit: int) -> tuple[PendingMessage, ...]:
        """The oldest undelivered messages of `topic`, oldest first. Raises DataError `bad_limit`, StoreError."""
        waiting = (
            select(OUTBOX.c.position, OUTBOX.c.key, OUTBOX.c.payload)
            .where(OUTBOX.c.topic == topic, OUTBOX.c.position > self._settled.get(topic, 0), ~_DELIVERED)
            .order_by(OUTBOX.c.position)
            .limit(require_limit(limit))
        )
        with store_errors("reading the outbox"):
            async with self._database.reading() as connection:
                rows = (await connection.execute(waiting)).all()
                newest = await connection.scalar(select(func.coalesce(func.max(OUTBOX.c.position), 0)))
        self._settled[topic] = rows[0].position - 1 if rows else int(newest or 0)
        return tuple(
            PendingMessage(
                position=row.position, message=OutboxMessage(topic=topic, key=row.key, payload=bytes(row.payload))
            )
            for row in rows
        )

    async def mark_delivered(self, positions: Sequence[int], delivered_at: datetime) -> None:
        """Record the deliveries; those recorded before keep their time. Raises StoreError for unknown positions."""
        if not positions:
            return
        position = bindparam("at_position", type_=OUTBOX.c.position.type)
        known = exists().where(OUTBOX_DELIVERY.c.position == position)
        new = select(position, literal(to_text(delivered_at))).where(~known)
        delivery = insert(OUTBOX_DELIVERY).from_select(["position", "delivered_at"], new)
        rows = [{"at_position": value} for value in sorted(set(positions))]
        with store_errors("marking deliveries"):
            # A crash before the commit leaves the messages pending: they are sent again, which is harmless.
            async with self._database.writing() as connection:
                await connection.execute(delivery, rows)
