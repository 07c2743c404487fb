"""How often signing in under a name has failed in a row."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import msgspec


class Failures(msgspec.Struct, frozen=True, kw_only=True):
    """`count` attempts in a row that are not known to have succeeded; the last one began `last_at`."""

    count: int
    last_at: datetime


class FailedSignIns(Protocol):
    """Promise: `begin` is atomic: of two attempts at the same moment each sees the other's or the other sees it.

    `name` is a hash of what was typed, so that the store holds no addresses of strangers. Names whose last attempt is
    a day old may be forgotten. Raises StoreError.
    """

    async def of(self, name: str) -> Failures | None: ...

    async def begin(self, name: str, now: datetime) -> Failures:
        """Count one more attempt, before its password is looked at, and answer with it counted."""
        ...

    async def clear(self, name: str) -> None: ...
