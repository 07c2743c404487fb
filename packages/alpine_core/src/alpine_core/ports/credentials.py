"""Reading what proves who somebody is."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from alpine_core.model.account import Session
from alpine_core.model.credential import SecondFactor, SingleUseToken, TokenPurpose


class Credentials(Protocol):
    """Promise: reads see every change that returned before. Raises StoreError, also for a secret that cannot be
    opened because the key for it changed."""

    async def second_factor(self, account_id: str) -> SecondFactor | None:
        """In force or waiting for its first code."""
        ...

    async def token(self, token_hash: str, purpose: TokenPurpose) -> SingleUseToken | None:
        """The token, expired or not."""
        ...

    async def sessions(self, account_id: str, now: datetime) -> tuple[Session, ...]:
        """Those that have not ended, the newest first."""
        ...

    async def remove_expired(self, now: datetime) -> int:
        """How many tokens were removed because their `expires_at` is not after `now`."""
        ...
