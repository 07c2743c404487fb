"""Announcements within one process."""

from __future__ import annotations

import asyncio


class MemoryAnnouncer:
    """`ports.Announcer` for the tasks of one event loop. All waiters share one future for each announcement."""

    def __init__(self) -> None:
        self._newest = 0
        self._next: asyncio.Future[None] | None = None

    def announce(self, cursor: int) -> None:
        if cursor <= self._newest:
            return
        self._newest = cursor
        if self._next is not None and not self._next.done():
            self._next.set_result(None)
        self._next = None

    async def wait(self, beyond: int, seconds: float) -> int:
        deadline = asyncio.get_running_loop().time() + seconds
        while self._newest <= beyond:
            if self._next is None:
                self._next = asyncio.get_running_loop().create_future()
            try:
                # Shielded: one waiter who gives up must not end the future of the others.
                async with asyncio.timeout_at(deadline):
                    await asyncio.shield(self._next)
            except TimeoutError:
                break
        return self._newest
