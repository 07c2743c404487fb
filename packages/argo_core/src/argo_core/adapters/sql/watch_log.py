"""The risk monitor's memory on a SQL database."""

from __future__ import annotations

from sqlalchemy import Connection, select

from argo_core.adapters.sql.append_rows import append_rows
from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.trading_tables import WATCH_LOG
from argo_core.model.instant import from_text, to_text
from argo_core.ports.watch_log import WatchRecord


class SqlWatchLog:
    """`ports.WatchLog` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, record: WatchRecord) -> None:
        """Raises StoreError."""
        row = {
            "executor_id": record.executor_id,
            "state": record.state,
            "level": record.level,
            "market_time": to_text(record.market_time),
            "at": to_text(record.at),
            "created_at": created_text(record.at),
        }

        def append(connection: Connection) -> None:
            append_rows(connection, WATCH_LOG, [row])

        with store_errors("storing the monitor's state"):
            # A crash before the commit leaves the state before: the next check advances from there.
            await self._database.write(append)

    async def newest(self, executor_id: str) -> WatchRecord | None:
        """Raises StoreError."""
        wanted = (
            select(WATCH_LOG).where(WATCH_LOG.c.executor_id == executor_id).order_by(WATCH_LOG.c.id.desc()).limit(1)
        )
        with store_errors("reading the monitor's state"):
            async with self._database.reading() as connection:
                row = (await connection.execute(wanted)).one_or_none()
        if row is None:
            return None
        return WatchRecord(
            executor_id=row.executor_id,
            state=row.state,
            level=row.level,
            market_time=from_text(row.market_time),
            at=from_text(row.at),
        )
