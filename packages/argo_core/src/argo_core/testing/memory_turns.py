"""Turns at a log in memory, for several ledgers of one test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from argo_core.ports.ledger_store import LedgerStore


class MemoryTurns:
    """`ports.LedgerTurns` over a store in memory. The turn ends with its block, not with the first write."""

    def __init__(self, store: LedgerStore) -> None:
        self._store, self._free = store, asyncio.Lock()

    @asynccontextmanager
    async def mine(self) -> AsyncIterator[int]:
        """The block is ours. Yields how many entries the log has."""
        async with self._free:
            yield (await self._store.load()).head.size
