"""How many requests somebody has left."""

from __future__ import annotations

from typing import Protocol

import msgspec


class Permit(msgspec.Struct, frozen=True, kw_only=True):
    """`left`: whole permits that remain. `wait_seconds`: until there is one, 0 if this one was given; `full_seconds`:
    until the bucket is full again."""

    given: bool
    left: int
    wait_seconds: int
    full_seconds: int


class RateBuckets(Protocol):
    """Promise: a bucket holds `burst` permits at first and at most, and `per_minute` (above 0) come back a minute; of
    takers at the same moment no two get the same permit. Names that have full buckets may be forgotten."""

    async def take(self, name: str, per_minute: int, burst: int) -> Permit: ...
