"""Access and refresh tokens: pairs by which a program stays signed in without keeping a password."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from alpine_core.accounts.tokens import token_hash, token_text
from alpine_core.model.account import Account
from alpine_core.model.api_token import ApiToken, TokenKind
from alpine_core.model.security_event import SecurityEvent, SecurityKind
from alpine_core.ports.account_store import AccountStore
from alpine_core.ports.clock import Clock
from alpine_core.ports.token_store import TokenStore

ACCESS_PREFIX = "ata_"
REFRESH_PREFIX = "atr_"
ACCESS_TIME = timedelta(minutes=15)
REFRESH_TIME = timedelta(days=30)


class TokenPair(msgspec.Struct, frozen=True, kw_only=True):
    """The only copy of both texts."""

    access_token: str
    refresh_token: str
    access_expires_at: datetime
    refresh_expires_at: datetime


def is_access_token(text: str) -> bool:
    """Whether the text has the form of an access token."""
    return text.startswith(ACCESS_PREFIX)


class Tokens:
    """`new_secret` gives 32 random bytes and `new_id` a fresh text at each call. Raises StoreError.

    A family ends thirty days after its sign-in, however often it is traded. A refresh token is traded once. Who shows a
    traded one again ends all that came from its sign-in: one of the two who had it is a thief, and nobody can tell
    which (RFC 9700, section 4.14.2).
    """

    def __init__(
        self,
        tokens: TokenStore,
        accounts: AccountStore,
        clock: Clock,
        *,
        new_secret: Callable[[], bytes],
        new_id: Callable[[], str],
    ) -> None:
        self._tokens, self._accounts, self._clock = tokens, accounts, clock
        self._new_secret, self._new_id = new_secret, new_id

    async def begin(self, account: Account, address: str = "", agent: str = "") -> TokenPair:
        """The first pair of a family, for somebody who has just proven who they are."""
        now = self._clock.now()
        pair, rows = self._pair(account, self._new_id(), now + REFRESH_TIME)
        await self._tokens.issue(rows, None, now, self._event(SecurityKind.TOKEN_ISSUED, rows[0], address, agent))
        return pair

    async def refresh(self, text: str, address: str = "", agent: str = "") -> TokenPair | None:
        """The next pair; None for a token that is unknown, expired, ended or traded before: then its family ends."""
        found = await self._tokens.find(token_hash(text))
        account = await self._holder(found, TokenKind.REFRESH)
        if found is None or account is None:
            return None
        pair, rows = self._pair(account, found.family, found.expires_at)
        if found.spent_at is None:
            traded = self._event(SecurityKind.TOKEN_REFRESHED, found, address, agent)
            if await self._tokens.issue(rows, found.token_hash, self._clock.now(), traded):
                return pair
        await self._tokens.end(found.family, self._event(SecurityKind.TOKEN_REUSED, found, address, agent))
        return None

    async def account(self, text: str) -> Account | None:
        """Whose access token it is; None for one that is unknown, expired or ended."""
        return await self._holder(await self._tokens.find(token_hash(text)), TokenKind.ACCESS)

    async def end(self, text: str) -> None:
        """End the family of either token; an unknown one changes nothing."""
        found = await self._tokens.find(token_hash(text))
        if found is not None:
            await self._tokens.end(found.family)

    async def _holder(self, found: ApiToken | None, kind: TokenKind) -> Account | None:
        if found is None or found.kind is not kind or found.expires_at <= self._clock.now():
            return None
        account = await self._accounts.by_account_id(found.account_id)
        if account is None or account.locked_at is not None:
            return None
        return account if _mark(account) == found.password_mark else None

    def _pair(self, account: Account, family: str, ends: datetime) -> tuple[TokenPair, tuple[ApiToken, ...]]:
        now = self._clock.now()
        texts = (ACCESS_PREFIX + token_text(self._new_secret()), REFRESH_PREFIX + token_text(self._new_secret()))
        expiries = (min(now + ACCESS_TIME, ends), ends)
        rows = tuple(
            ApiToken(
                token_hash=token_hash(text),
                kind=kind,
                family=family,
                account_id=account.account_id,
                password_mark=_mark(account),
                issued_at=now,
                expires_at=end,
            )
            for text, kind, end in zip(texts, TokenKind, expiries, strict=True)
        )
        pair = TokenPair(
            access_token=texts[0], refresh_token=texts[1], access_expires_at=expiries[0], refresh_expires_at=ends
        )
        return pair, rows

    def _event(self, kind: SecurityKind, token: ApiToken, address: str, agent: str) -> SecurityEvent:
        return SecurityEvent(
            account_id=token.account_id,
            actor_id=token.account_id,
            kind=kind,
            at=self._clock.now(),
            address=address[:64],
            agent=agent[:200],
        )


def _mark(account: Account) -> str:
    return hashlib.sha256(account.password_hash.encode()).hexdigest()[:32]
