"""Where somebody is signed in."""

from __future__ import annotations

from datetime import datetime

import msgspec

from alpine_core.accounts.parts import AccountParts, event
from alpine_core.accounts.tokens import token_hash
from alpine_core.accounts.visitor import Visitor
from alpine_core.model.account import Account
from alpine_core.model.account_change import EndSession, EndSessions
from alpine_core.model.security_event import SecurityKind

_HANDLE = 16


class SessionLine(msgspec.Struct, frozen=True, kw_only=True):
    """One session as its owner sees it. `handle` names it and cannot be used to sign in."""

    handle: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    agent: str
    current: bool


class Sessions:
    """`token` is that of the session that asks. Raises StoreError."""

    def __init__(self, parts: AccountParts) -> None:
        self._parts = parts

    async def lines(self, account: Account, token: str) -> tuple[SessionLine, ...]:
        """Those that have not ended, the newest first."""
        current, now = token_hash(token), self._parts.clock.now()
        return tuple(
            SessionLine(
                handle=each.token_hash[:_HANDLE],
                created_at=each.created_at,
                seen_at=each.seen_at or each.created_at,
                expires_at=each.expires_at,
                address=each.address,
                agent=each.agent,
                current=each.token_hash == current,
            )
            for each in await self._parts.credentials.sessions(account.account_id, now)
            if not self._parts.is_idle(each, now)
        )

    async def revoke(self, account: Account, handle: str, visitor: Visitor) -> bool:
        """End the session of this handle. False if the account has none of it."""
        now = self._parts.clock.now()
        for each in await self._parts.credentials.sessions(account.account_id, now):
            if each.token_hash[:_HANDLE] == handle:
                ended = EndSession(account_id=account.account_id, token_hash=each.token_hash)
                told = event(SecurityKind.SESSION_REVOKED, account.account_id, now, visitor, "one")
                return await self._parts.acts.commit([ended, told])
        return False

    async def revoke_others(self, account: Account, token: str, visitor: Visitor) -> None:
        """End every session of the account but the one that asks."""
        now = self._parts.clock.now()
        ended = EndSessions(account_id=account.account_id, keep=token_hash(token))
        told = event(SecurityKind.SESSION_REVOKED, account.account_id, now, visitor, "all others")
        await self._parts.acts.commit([ended, told])
