"""Where tokens of the API are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from alpine_core.model.api_token import ApiToken


class TokenStore(Protocol):
    """Promise: reads see every change that returned before; only hashes of tokens are kept. Raises StoreError."""

    async def issue(self, tokens: tuple[ApiToken, ...], spent: str | None, now: datetime) -> bool:
        """Store them, and mark the refresh token of the hash `spent` as traded, both or neither; whether it was done.

        False if that token is not there or was traded before: of two who trade the same one, one gets an answer.
        """
        ...

    async def find(self, token_hash: str) -> ApiToken | None:
        """The token, expired or traded or not."""
        ...

    async def end(self, family: str) -> None:
        """Remove every token of the family; none is no error."""
        ...

    async def remove_expired(self, now: datetime) -> int:
        """How many were removed because their `expires_at` is not after `now`."""
        ...
