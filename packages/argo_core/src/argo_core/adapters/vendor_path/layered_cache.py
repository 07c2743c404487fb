"""Memory over a shared cache: the second process, and the next start, find what the first has fetched."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from argo_core.adapters.vendor_path.memory_cache import MemoryCache, Shelved
from argo_core.ports.byte_cache import Kept
from argo_core.ports.clock import Clock

LARGE_BYTES, FRONT_SECONDS = 100_000, 600.0
"""For so long at most something large stays in front: a history is good for a day, and asked for once in a process."""


class Shelf(Protocol):
    """A cache that tells how long its things are good for. Promises as `ByteCache`."""

    async def look(self, key: str) -> Shelved | None: ...

    async def shelve(self, key: str, shelved: Shelved) -> None: ...


class LayeredCache:
    """A ByteCache. Reads the front first and takes over what only the back has, with its age and the time it has left.
    While the back is gone the front serves alone; what is large for ten minutes only."""

    def __init__(self, front: MemoryCache, back: Shelf, clock: Clock) -> None:
        self._front, self._back, self._clock = front, back, clock

    async def get(self, key: str) -> Kept | None:
        shelved = await self._front.look(key)
        if shelved is None and (shelved := await self._back.look(key)) is not None:
            await self._front.shelve(key, _in_front(shelved))
        return None if shelved is None else shelved.kept

    async def put(self, key: str, body: bytes, ttl_seconds: float) -> None:
        shelved = Shelved(Kept(body, self._clock.now().timestamp()), ttl_seconds)
        await self._front.shelve(key, _in_front(shelved))
        await self._back.shelve(key, shelved)


def _in_front(shelved: Shelved) -> Shelved:
    if len(shelved.kept.body) < LARGE_BYTES:
        return shelved
    return replace(shelved, left_seconds=min(shelved.left_seconds, FRONT_SECONDS))
