"""Tokens of the API that end with the process."""

from __future__ import annotations

from datetime import datetime

import msgspec

from alpine_core.model.api_token import ApiToken


class MemoryTokens:
    """`ports.TokenStore` in a dict."""

    def __init__(self) -> None:
        self._tokens: dict[str, ApiToken] = {}

    async def issue(self, tokens: tuple[ApiToken, ...], spent: str | None, now: datetime) -> bool:
        if spent is not None:
            found = self._tokens.get(spent)
            if found is None or found.spent_at is not None:
                return False
            self._tokens[spent] = msgspec.structs.replace(found, spent_at=now)
        self._tokens.update({token.token_hash: token for token in tokens})
        return True

    async def find(self, token_hash: str) -> ApiToken | None:
        return self._tokens.get(token_hash)

    async def end(self, family: str) -> None:
        self._tokens = {name: token for name, token in self._tokens.items() if token.family != family}

    async def remove_expired(self, now: datetime) -> int:
        kept = {name: token for name, token in self._tokens.items() if token.expires_at > now}
        removed = len(self._tokens) - len(kept)
        self._tokens = kept
        return removed
