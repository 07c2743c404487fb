"""Turns at the log on PostgreSQL: the writer's lock, taken before the decision instead of with the append."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.log_growth import growth_since
from argo_core.model.log_growth import LogGrowth


class SqlLedgerTurns:
    """`ports.LedgerTurns` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def mine(self, since: int = 0) -> AsyncIterator[LogGrowth]:
        """The block is ours. Yields what the log gained behind its first `since` entries. Raises StoreError."""
        with store_errors("taking a turn at the ledger"):
            async with self._database.turn() as connection:
                yield await growth_since(connection, since)
