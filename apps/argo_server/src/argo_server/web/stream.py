"""Server-sent events for open pages: which cycle is durable now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

from argo_server.announcements import Announcements

HEARTBEAT_SECONDS = 15.0
RETRY_MILLISECONDS = 2000


async def event_frames(
    announcements: Announcements, after: str | None, heartbeat_seconds: float = HEARTBEAT_SECONDS
) -> AsyncGenerator[bytes, None]:
    """One event named `cycle` per durable cycle after `after`; a comment in silence; ends when the process does."""
    yield f"retry: {RETRY_MILLISECONDS}\n\n".encode()
    cycles = announcements.cycles(after)
    coming = asyncio.ensure_future(_next(cycles))
    try:
        while True:
            done, _ = await asyncio.wait({coming}, timeout=heartbeat_seconds)
            if not done:
                yield b": alive\n\n"
                continue
            cycle_id = coming.result()
            if cycle_id is None:
                return
            # Asked for before the frame goes out, so that `finally` always has something to cancel.
            coming = asyncio.ensure_future(_next(cycles))
            yield f"id: {cycle_id}\nevent: cycle\ndata: {cycle_id}\n\n".encode()
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)


async def _next(cycles: AsyncIterator[str]) -> str | None:
    return await anext(cycles, None)
