"""The executor's inbox on a SQL database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, exists, func, select

from argo_core.adapters.sql.append_rows import append_rows
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.executor_tables import INBOX_LOG, VERDICT_LOG
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.pages import require_limit
from argo_core.model.inbox import Intake, ReceivedSignal
from argo_core.model.instant import from_text, to_text
from argo_core.pipeline.receive_signal import received_signal

_DECIDED = exists().where(VERDICT_LOG.c.signal_id == INBOX_LOG.c.signal_id)


class SqlSignalInbox:
    """`ports.SignalInbox` on SQLite or PostgreSQL. The body is the record: a signal is read from it each time.

    Remembers up to where everything is decided, which only ever grows: `undecided` does not search the past again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._settled = 0

    async def receive(self, received: ReceivedSignal) -> Intake:
        """Keep the signal unless its id is known. Raises StoreError."""
        sealed = received.sealed
        signal_id = sealed.signal.signal_id
        known = select(INBOX_LOG.c.verification_hash).where(INBOX_LOG.c.signal_id == signal_id)

        def receive(connection: Connection) -> Intake:
            stored = connection.scalar(known)
            if stored is not None:
                return Intake.DUPLICATE if stored == sealed.verification_hash else Intake.CONFLICT
            row = {
                "signal_id": signal_id,
                "verification_hash": sealed.verification_hash,
                "body": received.body,
                "received_at": to_text(received.received_at),
            }
            append_rows(connection, INBOX_LOG, [row])
            return Intake.ACCEPTED

        with store_errors(f"receiving signal {signal_id}"):
            # A crash before the commit leaves nothing: the sender has no answer and sends it again.
            return await self._database.write(receive)

    async def undecided(self, limit: int) -> tuple[ReceivedSignal, ...]:
        """Accepted signals without a decision, oldest first. Raises DataError `bad_limit`, StoreError."""
        waiting = (
            select(INBOX_LOG.c.id, INBOX_LOG.c.body, INBOX_LOG.c.received_at)
            .where(INBOX_LOG.c.id > self._settled, ~_DECIDED)
            .order_by(INBOX_LOG.c.id)
            .limit(require_limit(limit))
        )
        newest_id = select(func.max(INBOX_LOG.c.id))

        def look(connection: Connection) -> tuple[Sequence[Any], int]:
            return connection.execute(waiting).all(), connection.scalar(newest_id) or 0

        with store_errors("reading the inbox"):
            rows, newest = await self._database.read(look)
        self._settled = rows[0].id - 1 if rows else newest
        return tuple(
            ReceivedSignal(
                sealed=received_signal(bytes(row.body)), body=bytes(row.body), received_at=from_text(row.received_at)
            )
            for row in rows
        )
