"""Turns at the log on PostgreSQL: the writer's lock, taken before the decision instead of with the append."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import func, select

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.ledger_tables import LOG_LEAF


class SqlLedgerTurns:
    """`ports.LedgerTurns` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def mine(self) -> AsyncIterator[int]:
        """The block is ours. Yields how many entries the log has. Raises StoreError."""
        with store_errors("taking a turn at the ledger"):
            async with self._database.turn() as connection:
                size = await connection.scalar(select(func.coalesce(func.max(LOG_LEAF.c.idx), -1) + 1))
                yield int(size or 0)
