"""Where keys of the API are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from alpine_core.model.api_key import ApiKey
from alpine_core.model.security_event import SecurityEvent


class ApiKeyStore(Protocol):
    """Promise: reads see every change that returned before; a revoked key never holds again; an act and its event in
    the security log are one transaction. Raises StoreError."""

    async def add(self, key: ApiKey, most: int, told: SecurityEvent) -> bool:
        """Store it, and the event, unless the account has `most` keys that hold; whether it was stored. Of two at the
        same moment the second counts the first."""
        ...

    async def use(self, secret_hash: str, now: datetime) -> ApiKey | None:
        """The key, revoked or not; that it was used is noted, to the minute."""
        ...

    async def of_account(self, account_id: str) -> tuple[ApiKey, ...]:
        """All, revoked ones too, newest first."""
        ...

    async def revoke(
        self, account_id: str, key_id: str, now: datetime, told: Callable[[ApiKey], SecurityEvent]
    ) -> ApiKey | None:
        """The account's key, revoked since `now`, with the event that `told` makes of it; as it was if it was revoked
        before, without one. None for any other."""
        ...
