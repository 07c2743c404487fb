"""Cursors over PostgreSQL's LISTEN and NOTIFY: extra `postgres`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

from alpine_core.adapters.cursor_channel import ChannelAway, Publish, read_cursor
from alpine_core.adapters.sql.postgres_line import ASYNCPG_ERRORS, open_line

NAME = "alpine_cursor"
TIMEOUT_SECONDS = 5.0


class PostgresChannel:
    """`CursorChannel` over one kept connection to the database at `url`; who shares the database shares the channel."""

    def __init__(self, url: str) -> None:
        self._url = url

    @asynccontextmanager
    async def opened(self, heard: Callable[[int], None], lost: Callable[[], None]) -> AsyncIterator[Publish]:
        def hear(_connection: object, _pid: int, _channel: str, payload: object) -> None:
            cursor = read_cursor(str(payload))
            if cursor is not None:
                heard(cursor)

        try:
            line = await open_line(self._url, "alpine channel")
        except ASYNCPG_ERRORS as error:
            raise ChannelAway("PostgreSQL does not answer") from error
        try:
            line.add_termination_listener(lambda _connection: lost())
            await _asked(line.add_listener(NAME, hear))
            # 8,000 bytes is the most a notification may hold: a cursor has 19 digits at most.
            yield lambda cursor: _asked(line.execute("SELECT pg_notify($1, $2)", NAME, str(cursor)))
        finally:
            await _left(line)


async def _asked(asking: Any) -> None:
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await asking
    except ASYNCPG_ERRORS as error:
        raise ChannelAway("PostgreSQL does not answer") from error


async def _left(line: asyncpg.Connection[Any]) -> None:
    with suppress(*ASYNCPG_ERRORS):
        await line.close(timeout=TIMEOUT_SECONDS)
