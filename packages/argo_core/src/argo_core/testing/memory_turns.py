"""Turns at a log in memory, for several ledgers of one test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from argo_core.model.log_growth import LogGrowth
from argo_core.testing.memory_ledger import MemoryLedger


class MemoryTurns:
    """`ports.LedgerTurns` over a store in memory. The turn ends with its block, not with the first write."""

    def __init__(self, store: MemoryLedger) -> None:
        self._store, self._free = store, asyncio.Lock()

    @asynccontextmanager
    async def mine(self, since: int = 0) -> AsyncIterator[LogGrowth]:
        """The block is ours. Yields what the log gained behind its first `since` entries."""
        async with self._free:
            yield self._store.growth(since)
