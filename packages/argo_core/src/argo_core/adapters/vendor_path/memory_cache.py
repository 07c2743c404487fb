"""A cache in this process's memory, bounded in bytes."""

from __future__ import annotations

import heapq
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from argo_core.ports.byte_cache import Kept
from argo_core.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class Shelved:
    """Something kept, and for how many seconds more (> 0)."""

    kept: Kept
    left_seconds: float


@dataclass(frozen=True, slots=True)
class _Entry:
    kept: Kept
    expires_at: float


class MemoryCache:
    """A ByteCache. What was used longest ago goes first when `max_bytes` are full; a body larger than that is not kept.
    What is past its time goes when something else comes: most questions name a moment, and are never asked again.

    Expiry goes by `ticks` (monotonic seconds): a wall clock that is set back must not keep an old price alive.
    """

    def __init__(self, clock: Clock, ticks: Callable[[], float], max_bytes: int = 64_000_000) -> None:
        self._clock, self._ticks, self._max_bytes = clock, ticks, max_bytes
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._ends: list[tuple[float, str]] = []
        self._bytes = 0

    async def get(self, key: str) -> Kept | None:
        shelved = await self.look(key)
        return None if shelved is None else shelved.kept

    async def put(self, key: str, body: bytes, ttl_seconds: float) -> None:
        await self.shelve(key, Shelved(Kept(body, self._clock.now().timestamp()), ttl_seconds))

    async def look(self, key: str) -> Shelved | None:
        """As `get`, with the time that is left."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        left = entry.expires_at - self._ticks()
        if left <= 0:
            self._drop(key)
            return None
        self._entries.move_to_end(key)
        return Shelved(entry.kept, left)

    async def shelve(self, key: str, shelved: Shelved) -> None:
        """As `put`, of something that was stored elsewhere earlier."""
        self._drop(key)
        self._drop_expired()
        size = len(shelved.kept.body)
        if size > self._max_bytes or not shelved.left_seconds > 0:
            return
        entry = _Entry(shelved.kept, self._ticks() + shelved.left_seconds)
        self._entries[key] = entry
        heapq.heappush(self._ends, (entry.expires_at, key))
        self._bytes += size
        while self._bytes > self._max_bytes:
            self._drop(next(iter(self._entries)))

    def _drop_expired(self) -> None:
        now = self._ticks()
        while self._ends and self._ends[0][0] <= now:
            _, key = heapq.heappop(self._ends)
            if key in self._entries and self._entries[key].expires_at <= now:  # it may have been put anew since
                self._drop(key)

    def _drop(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= len(entry.kept.body)
