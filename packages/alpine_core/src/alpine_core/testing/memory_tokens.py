"""Tokens of the API that end with the process."""

from __future__ import annotations

from datetime import datetime

import msgspec

from alpine_core.model.api_token import ApiToken
from alpine_core.model.security_event import SecurityEvent
from alpine_core.testing.memory_security_log import MemorySecurityLog


class MemoryTokens:
    """`ports.TokenStore` in a dict; what happens is told to `log`."""

    def __init__(self, log: MemorySecurityLog) -> None:
        self._tokens: dict[str, ApiToken] = {}
        self._log = log

    async def issue(
        self, tokens: tuple[ApiToken, ...], spent: str | None, now: datetime, told: SecurityEvent | None = None
    ) -> bool:
        if spent is not None:
            found = self._tokens.get(spent)
            if found is None or found.spent_at is not None:
                return False
            self._tokens[spent] = msgspec.structs.replace(found, spent_at=now)
        self._tokens.update({token.token_hash: token for token in tokens})
        self._tell(told)
        return True

    async def find(self, token_hash: str) -> ApiToken | None:
        return self._tokens.get(token_hash)

    async def end(self, family: str, told: SecurityEvent | None = None) -> None:
        self._tokens = {name: token for name, token in self._tokens.items() if token.family != family}
        self._tell(told)

    def end_of(self, account_id: str) -> None:
        """End every one of the account's, as an act that ends its sessions does."""
        self._tokens = {name: token for name, token in self._tokens.items() if token.account_id != account_id}

    async def remove_expired(self, now: datetime) -> int:
        kept = {name: token for name, token in self._tokens.items() if token.expires_at > now}
        removed = len(self._tokens) - len(kept)
        self._tokens = kept
        return removed

    def _tell(self, told: SecurityEvent | None) -> None:
        if told is not None:
            self._log.add(told)
