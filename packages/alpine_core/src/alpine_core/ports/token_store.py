"""Where tokens of the API are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from alpine_core.model.api_token import ApiToken
from alpine_core.model.security_event import SecurityEvent


class TokenStore(Protocol):
    """Promise: reads see every change that returned before; only hashes of tokens are kept; an act and its event in the
    security log are one transaction. Raises StoreError."""

    async def issue(
        self, tokens: tuple[ApiToken, ...], spent: str | None, now: datetime, told: SecurityEvent | None = None
    ) -> bool:
        """Store them, mark the refresh token of the hash `spent` as traded, and log the event, all or none; whether it
        was done.

        False if that token is not there or was traded before: of two who trade the same one, one gets an answer.
        """
        ...

    async def find(self, token_hash: str) -> ApiToken | None:
        """The token, expired or traded or not."""
        ...

    async def end(self, family: str, told: SecurityEvent | None = None) -> None:
        """Remove every token of the family, none is no error, and log the event."""
        ...

    async def remove_expired(self, now: datetime) -> int:
        """How many were removed because their `expires_at` is not after `now`."""
        ...
