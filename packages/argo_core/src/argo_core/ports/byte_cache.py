"""A cache between a source and its vendor."""

from __future__ import annotations

from typing import Protocol

import msgspec


class Kept(msgspec.Struct, frozen=True):
    """`stored_at`: seconds since 1970, wall clock, when the vendor's answer came."""

    body: bytes
    stored_at: float


class ByteCache(Protocol):
    """Promise: `get` answers what `put` stored under the key less than its time to live ago, or None; losing things is
    allowed, mixing keys or answering something expired is not. Never raises for an unreachable server: it then
    answers None, forgets, and says so once. Any number of calls at a time."""

    async def get(self, key: str) -> Kept | None: ...

    async def put(self, key: str, body: bytes, ttl_seconds: float) -> None: ...
