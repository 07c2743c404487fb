"""The lease of those who share a PostgreSQL database."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import asyncpg

from alpine_core.adapters.sql.postgres_line import ASYNCPG_ERRORS, open_line

_LEASE_LOCK = 0x414C5049_4E4C  # "ALPINL": beside the writer's lock
_TIMEOUT_SECONDS = 5.0


class PostgresLease:
    """`ports.Lease` as an advisory lock of one kept session: the server frees it when the session ends."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._line: asyncpg.Connection[Any] | None = None
        self._is_ours = False

    async def hold(self) -> bool:
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                return await self._asked()
        except ASYNCPG_ERRORS:
            # The session may be gone, and the lock with it: the next asking begins anew.
            await self.close()
            return False

    async def close(self) -> None:
        line, self._line, self._is_ours = self._line, None, False
        if line is not None:
            with suppress(*ASYNCPG_ERRORS):
                await line.close(timeout=_TIMEOUT_SECONDS)

    async def _asked(self) -> bool:
        if self._line is None:
            self._line = await open_line(self._url, "alpine lease")
        if self._is_ours:
            await self._line.execute("SELECT 1")  # raises where the session has ended
        else:
            self._is_ours = bool(await self._line.fetchval("SELECT pg_try_advisory_lock($1)", _LEASE_LOCK))
        return self._is_ours
