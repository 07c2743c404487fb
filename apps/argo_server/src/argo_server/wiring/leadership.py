"""The one of several generators that does what must be done once."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from argo_core.adapters.entry_files import EntryFiles
from argo_core.adapters.sql import Database
from argo_core.adapters.sql.generator_lock import leader_lock, vacant_shards
from argo_core.ports import LedgerReader

LOOK_AGAIN_SECONDS = 0.25


class Leadership:
    """Of the generators on one PostgreSQL database. The lock ends with the session of whoever holds it."""

    def __init__(self, url: str, database: Database, of: int) -> None:
        self._url, self._database, self._of, self._leads = url, database, of, False

    @property
    def leads(self) -> bool:
        """Whether this process does."""
        return self._leads

    async def vacant(self) -> tuple[str, ...]:
        """The shards that nobody works on; none for a process that does not lead. Raises StoreError."""
        if not self._leads:
            return ()
        return tuple(shard.text for shard in await vacant_shards(self._database, self._of))

    @asynccontextmanager
    async def held(self, on_growth: Callable[[], None]) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        """Waits until nobody else leads. Yields what returns when somebody else does; meanwhile `on_growth` is called
        whenever any generator has written the log. Raises StoreError."""
        lock = leader_lock(self._url)
        lock.on_growth(on_growth)
        async with lock.held(math.inf, LOOK_AGAIN_SECONDS):
            self._leads = True
            try:
                yield lock.lost
            finally:
                self._leads = False


class LeaderFiles:
    """The log's text files have one writer: the leader. Who begins to lead reads first how far they are."""

    def __init__(self, folder: Path, leadership: Leadership) -> None:
        self._folder, self._leadership = folder, leadership
        self._files: EntryFiles | None = None

    async def catch_up(self, reader: LedgerReader) -> int:
        """What the leader's files hold by then, 0 for others. Raises StoreError."""
        if not self._leadership.leads:
            self._files = None
            return 0
        self._files = self._files or EntryFiles(self._folder)
        return await self._files.catch_up(reader)
