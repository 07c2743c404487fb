"""Slow hashes of passwords."""

from __future__ import annotations

from typing import Protocol


class PasswordHasher(Protocol):
    """Promise: never blocks the event loop. `verify` costs the same time whether a hash is given or None (no account).

    A stored text that is no hash of this hasher is False, never an error.
    """

    async def hash(self, password: str) -> str: ...

    async def verify(self, password: str, stored: str | None) -> bool: ...
