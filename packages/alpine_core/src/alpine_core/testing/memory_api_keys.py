"""Keys of the API that end with the process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from alpine_core.model.api_key import ApiKey
from alpine_core.model.security_event import SecurityEvent
from alpine_core.testing.memory_security_log import MemorySecurityLog


class MemoryApiKeys:
    """`ports.ApiKeyStore` in a dict; what happens is told to `log`."""

    def __init__(self, log: MemorySecurityLog) -> None:
        self._keys: dict[str, ApiKey] = {}
        self._log = log

    async def add(self, key: ApiKey, most: int, told: SecurityEvent) -> bool:
        holding = [each for each in await self.of_account(key.account_id) if each.revoked_at is None]
        if len(holding) >= most:
            return False
        self._keys[key.key_id] = key
        self._log.add(told)
        return True

    async def use(self, secret_hash: str, now: datetime) -> ApiKey | None:
        found = next((key for key in self._keys.values() if key.secret_hash == secret_hash), None)
        if found is None or (found.last_used_at is not None and now - found.last_used_at < timedelta(minutes=1)):
            return found
        self._keys[found.key_id] = msgspec.structs.replace(found, last_used_at=now)
        return self._keys[found.key_id]

    async def of_account(self, account_id: str) -> tuple[ApiKey, ...]:
        own = [key for key in self._keys.values() if key.account_id == account_id]
        return tuple(sorted(own, key=lambda key: (key.created_at, key.key_id), reverse=True))

    async def revoke(
        self, account_id: str, key_id: str, now: datetime, told: Callable[[ApiKey], SecurityEvent]
    ) -> ApiKey | None:
        found = self._keys.get(key_id)
        if found is None or found.account_id != account_id:
            return None
        if found.revoked_at is None:
            found = self._keys[key_id] = msgspec.structs.replace(found, revoked_at=now)
            self._log.add(told(found))
        return found
