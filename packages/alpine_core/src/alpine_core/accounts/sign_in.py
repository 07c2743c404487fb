"""Signing in and out, and who a token belongs to."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from alpine_core.accounts.email_address import normal_email
from alpine_core.accounts.enrolment import LONGEST_PASSWORD
from alpine_core.accounts.lockout import LockoutPolicy
from alpine_core.errors import OurError
from alpine_core.model.account import Account, Session
from alpine_core.ports.account_store import AccountStore
from alpine_core.ports.clock import Clock
from alpine_core.ports.failed_sign_ins import FailedSignIns
from alpine_core.ports.password_hasher import PasswordHasher
from alpine_core.ports.session_store import SessionStore

_TOKEN_BYTES = 32
_TWELVE_HOURS = 12 * 3600.0


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """`token` is the only copy there is: 43 URL-safe characters for a cookie."""

    token: str
    account: Account
    expires_at: datetime


class SignInRefused(msgspec.Struct, frozen=True, kw_only=True):
    """No account, a wrong password or too many attempts: the answer does not tell which of the first two.

    `retry_after_seconds` is 0 unless attempts under this name wait, whether or not there is an account of it.
    """

    retry_after_seconds: int


class SignIn:
    """The one way to a session. `new_token` gives 32 random bytes at each call.

    A session begins with a fresh token, whatever the visitor came with, so that nobody can be made to use one that
    another knows. Names without an account are counted, made to wait and answered like the others. Raises StoreError.
    """

    def __init__(
        self,
        accounts: AccountStore,
        sessions: SessionStore,
        failures: FailedSignIns,
        hasher: PasswordHasher,
        clock: Clock,
        new_token: Callable[[], bytes],
        *,
        policy: LockoutPolicy | None = None,
        session_seconds: float = _TWELVE_HOURS,
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._failures = failures
        self._hasher = hasher
        self._clock = clock
        self._new_token = new_token
        self._policy = policy or LockoutPolicy()
        self._session_seconds = session_seconds

    async def sign_in(self, email: str, password: str) -> SignedIn | SignInRefused:
        """A new session, or the one refusal. The password's text is not kept anywhere."""
        now = self._clock.now()
        address = normal_email(email) or ""
        name = hashlib.sha256((address or email).encode("utf-8", "replace")).hexdigest()
        wait = await self._count_attempt(name, now)
        if wait:
            return SignInRefused(retry_after_seconds=wait)
        account = await self._accounts.by_email(address)
        fits = len(password) <= LONGEST_PASSWORD
        # Without an account a hash is computed all the same: the time of the answer must not tell.
        stored = account.password_hash if account is not None and fits else None
        if not await self._hasher.verify(password[:LONGEST_PASSWORD], stored) or account is None:
            return SignInRefused(retry_after_seconds=0)
        await self._failures.clear(name)
        return await self._begin(account, now)

    async def session(self, token: str) -> Account | None:
        """Whose session it is, None for an unknown, ended or expired one."""
        found = await self._sessions.find(_token_hash(token))
        if found is None or found.expires_at <= self._clock.now():
            return None
        return await self._accounts.by_account_id(found.account_id)

    async def sign_out(self, token: str) -> None:
        """End the session; an unknown one changes nothing."""
        await self._sessions.remove(_token_hash(token))

    async def _count_attempt(self, name: str, now: datetime) -> int:
        """Seconds to wait, 0 if the password may be looked at: then the attempt is counted before it is."""
        before = await self._failures.of(name)
        wait = self._policy.wait_seconds(before, now)
        if wait:
            return wait
        counted = await self._failures.begin(name, now)
        others = counted.count - 1 - (before.count if before else 0)
        # Attempts at the same moment share the free ones; beyond these only one at a time is looked at.
        return self._policy.wait_seconds(counted, now) if others > 0 else 0

    async def _begin(self, account: Account, now: datetime) -> SignedIn:
        secret = self._new_token()
        if len(secret) != _TOKEN_BYTES:
            raise OurError(f"a session token of {len(secret)} bytes: pass a source of {_TOKEN_BYTES} random bytes")
        token = base64.urlsafe_b64encode(secret).rstrip(b"=").decode()
        expires_at = now + timedelta(seconds=self._session_seconds)
        await self._sessions.add(
            Session(token_hash=_token_hash(token), account_id=account.account_id, created_at=now, expires_at=expires_at)
        )
        return SignedIn(token=token, account=account, expires_at=expires_at)


def _token_hash(token: str) -> str:
    # A fast hash is enough: 256 random bits cannot be guessed, and looking one up must be cheap.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
