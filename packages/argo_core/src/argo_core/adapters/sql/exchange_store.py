"""The simulated exchange's own memory: its changes as a log, the last bar of each symbol as a state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, select

from argo_core.adapters.sql.append_rows import append_rows
from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.executor_tables import EXCHANGE_LOG, EXCHANGE_MARK
from argo_core.adapters.sql.failures import store_errors
from argo_core.model.bars import Bar
from argo_core.model.order_change import NumberedChange, OrderChange


class SqlExchangeStore:
    """One writer. Every method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self) -> tuple[tuple[OrderChange, ...], tuple[Bar, ...]]:
        """Every change, oldest first, and the last bars."""
        with store_errors("reading the simulated exchange"):
            async with self._database.reading() as connection:
                changes = (await connection.scalars(select(EXCHANGE_LOG.c.body).order_by(EXCHANGE_LOG.c.id))).all()
                marks = (await connection.scalars(select(EXCHANGE_MARK.c.body))).all()
        return (
            tuple(msgspec.json.decode(body, type=OrderChange) for body in changes),
            tuple(msgspec.json.decode(body, type=Bar) for body in marks),
        )

    async def append(self, changes: Sequence[OrderChange], marks: Sequence[Bar], now: datetime) -> None:
        """Add the changes and replace the last bars of these symbols, in one transaction."""
        rows: list[dict[str, object]] = [
            {
                "client_order_id": change.order.intent.client_order_id,
                "body": msgspec.json.encode(change).decode(),
                "created_at": created_text(now),
            }
            for change in changes
        ]
        newest = {bar.symbol: bar for bar in marks}

        def append(connection: Connection) -> None:
            append_rows(connection, EXCHANGE_LOG, rows)
            if newest:
                connection.execute(delete(EXCHANGE_MARK).where(EXCHANGE_MARK.c.symbol.in_(list(newest))))
                connection.execute(
                    EXCHANGE_MARK.insert(),
                    [
                        {
                            "symbol": symbol,
                            "body": msgspec.json.encode(bar).decode(),
                            "updated_at": created_text(now),
                        }
                        for symbol, bar in newest.items()
                    ],
                )

        with store_errors("writing the simulated exchange"):
            await self._database.write(append)

    async def newest(self, client_order_id: str) -> OrderChange | None:
        """The last change of one order, None for an order that never came."""
        wanted = (
            select(EXCHANGE_LOG.c.body)
            .where(EXCHANGE_LOG.c.client_order_id == client_order_id)
            .order_by(EXCHANGE_LOG.c.id.desc())
            .limit(1)
        )

        with store_errors("reading an order"):
            body = await self._database.read(lambda connection: connection.scalar(wanted))
        return None if body is None else msgspec.json.decode(body, type=OrderChange)

    async def changes(self, after: int, limit: int) -> tuple[NumberedChange, ...]:
        """Changes after a position, oldest first."""
        wanted = (
            select(EXCHANGE_LOG.c.id, EXCHANGE_LOG.c.body)
            .where(EXCHANGE_LOG.c.id > after)
            .order_by(EXCHANGE_LOG.c.id)
            .limit(limit)
        )

        with store_errors("reading changes of orders"):
            rows = await self._database.read(lambda connection: connection.execute(wanted).all())
        return tuple(
            NumberedChange(position=row.id, change=msgspec.json.decode(row.body, type=OrderChange)) for row in rows
        )
