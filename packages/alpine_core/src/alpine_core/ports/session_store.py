"""Where sessions are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from alpine_core.model.account import Session


class SessionStore(Protocol):
    """Promise: reads see every change that returned before; only hashes of tokens are kept. Raises StoreError."""

    async def add(self, session: Session) -> None: ...

    async def find(self, token_hash: str) -> Session | None:
        """The session, expired or not."""
        ...

    async def remove(self, token_hash: str) -> None:
        """Removing what is not there changes nothing."""
        ...

    async def remove_expired(self, now: datetime) -> int:
        """How many were removed because their `expires_at` is not after `now`."""
        ...
