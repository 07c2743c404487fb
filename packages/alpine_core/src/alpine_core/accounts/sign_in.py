"""Signing in and out, and who a token belongs to."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from alpine_core.accounts.email_address import normal_email
from alpine_core.accounts.parts import AccountParts, event, later
from alpine_core.accounts.password_rules import LONGEST_PASSWORD
from alpine_core.accounts.proof import code_change, code_name
from alpine_core.accounts.tokens import token_hash, token_text
from alpine_core.accounts.visitor import Visitor
from alpine_core.errors import AccountRefused
from alpine_core.model.account import Account, Session
from alpine_core.model.account_change import (
    AccountChange,
    AddSession,
    EndSession,
    SeenSession,
    SpendRecoveryCode,
    SpendToken,
    Unchanged,
)
from alpine_core.model.credential import TokenPurpose
from alpine_core.model.security_event import SecurityKind
from alpine_core.ports.letters import LetterKind
from alpine_core.ports.session_store import SessionStore

_TWELVE_HOURS = 12 * 3600.0
_TICKET_MINUTES = 5
_SEEN_AGAIN = timedelta(minutes=5)
_NOBODY = Visitor()


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """`token` is the only copy there is: 43 URL-safe characters for a cookie."""

    token: str
    account: Account
    expires_at: datetime


class SecondStep(msgspec.Struct, frozen=True, kw_only=True):
    """The password holds, and a code is needed. `ticket` goes with it into `second_step`, and is no session."""

    ticket: str
    expires_at: datetime


class SignInRefused(msgspec.Struct, frozen=True, kw_only=True):
    """No account, a wrong password, an address not verified yet or too many attempts: the answer does not tell which of
    the first three.

    `retry_after_seconds` is 0 unless attempts under this name wait, whether or not there is an account of it.
    """

    retry_after_seconds: int


class SignIn:
    """The one way to a session.

    A session begins with a fresh token, whatever the visitor came with, so that nobody can be made to use one that
    another knows. Names without an account are counted, made to wait and answered like the others. Raises StoreError.
    """

    def __init__(self, parts: AccountParts, sessions: SessionStore, *, session_seconds: float = _TWELVE_HOURS) -> None:
        self._parts = parts
        self._sessions = sessions
        self._session_seconds = session_seconds

    async def sign_in(
        self, email: str, password: str, visitor: Visitor = _NOBODY
    ) -> SignedIn | SecondStep | SignInRefused:
        """A new session, a ticket for the second step, or the one refusal. The password's text is not kept anywhere."""
        now = self._parts.clock.now()
        address = normal_email(email) or ""
        name = address or email
        wait = await self._parts.attempts.count(name, now)
        if wait:
            return SignInRefused(retry_after_seconds=wait)
        account = await self._parts.accounts.by_email(address)
        fits = len(password) <= LONGEST_PASSWORD
        # Without an account a hash is computed all the same: the time of the answer must not tell.
        stored = account.password_hash if account is not None and fits else None
        holds = await self._parts.hasher.verify(password[:LONGEST_PASSWORD], stored)
        if not holds or account is None or not account.email_verified or account.locked_at is not None:
            return await self._refused(account, now, visitor, _why(account) if holds else "password")
        await self._parts.attempts.clear(name)
        factor = await self._parts.credentials.second_factor(account.account_id)
        if factor is None or factor.confirmed_at is None:
            signed_in, added = self._begin(account, now, visitor)
            told = event(SecurityKind.SIGNED_IN, account.account_id, now, visitor)
            if not await self._parts.acts.commit([_unchanged(account, has_factor=False), *added, told]):
                return await self._refused(account, now, visitor, "changed meanwhile")
            return signed_in
        expires_at = later(now, minutes=_TICKET_MINUTES)
        ticket, issued = self._parts.issue(account.account_id, TokenPurpose.SECOND_STEP, expires_at)
        if not await self._parts.acts.commit([_unchanged(account, has_factor=True), issued]):
            return await self._refused(account, now, visitor, "changed meanwhile")
        return SecondStep(ticket=ticket, expires_at=expires_at)

    async def second_step(self, ticket: str, code: str, visitor: Visitor = _NOBODY) -> SignedIn | SignInRefused:
        """A new session for the ticket of the first step and a code, of the app or for recovery.

        Raises AccountRefused `bad_token` for a ticket that is not good any more.
        """
        now = self._parts.clock.now()
        held = await self._parts.credentials.token(token_hash(ticket), TokenPurpose.SECOND_STEP)
        account = None if held is None else await self._parts.accounts.by_account_id(held.account_id)
        if held is None or account is None or held.expires_at <= now or account.locked_at is not None:
            raise AccountRefused("bad_token", "this sign-in has ended: begin again with the password")
        name = code_name(account.account_id)
        wait = await self._parts.attempts.count(name, now)
        if wait:
            return SignInRefused(retry_after_seconds=wait)
        factor = await self._parts.credentials.second_factor(account.account_id)
        spent = None if factor is None else code_change(self._parts, factor, code, now)
        if spent is None:
            return await self._refused(account, now, visitor, "second factor")
        signed_in, added = self._begin(account, now, visitor)
        by_code = isinstance(spent, SpendRecoveryCode)
        told = self._told_of_recovery(account, now, visitor) if by_code else []
        detail = "recovery code" if by_code else "second factor"
        done = event(SecurityKind.SIGNED_IN, account.account_id, now, visitor, detail)
        if not await self._parts.acts.commit(
            [SpendToken(token_hash=held.token_hash, at=now), spent, *added, *told, done]
        ):
            return await self._refused(account, now, visitor, "second factor")
        await self._parts.attempts.clear(name)
        return signed_in

    async def session(self, token: str) -> Account | None:
        """Whose session it is, None for an unknown, ended or expired one, and one that nobody used for too long.

        Use is noted every five minutes at most: a session may end so much earlier than `idle_seconds` after its last.
        """
        found = await self._sessions.find(token_hash(token))
        now = self._parts.clock.now()
        if found is None or found.expires_at <= now or self._parts.is_idle(found, now):
            return None
        if now - (found.seen_at or found.created_at) >= min(
            _SEEN_AGAIN, timedelta(seconds=self._parts.idle_seconds / 4)
        ):
            await self._parts.acts.commit([SeenSession(token_hash=found.token_hash, at=now)])
        account = await self._parts.accounts.by_account_id(found.account_id)
        return None if account is None or account.locked_at is not None else account

    async def sign_out(self, token: str, visitor: Visitor = _NOBODY) -> None:
        """End the session; an unknown one changes nothing."""
        found = await self._sessions.find(token_hash(token))
        if found is not None:
            ended = EndSession(account_id=found.account_id, token_hash=found.token_hash)
            now = self._parts.clock.now()
            await self._parts.acts.commit([ended, event(SecurityKind.SIGNED_OUT, found.account_id, now, visitor)])

    async def _refused(self, account: Account | None, now: datetime, visitor: Visitor, why: str) -> SignInRefused:
        whose = None if account is None else account.account_id
        await self._parts.acts.commit([event(SecurityKind.SIGN_IN_REFUSED, whose, now, visitor, why, by=None)])
        return SignInRefused(retry_after_seconds=0)

    def _told_of_recovery(self, account: Account, now: datetime, visitor: Visitor) -> list[AccountChange]:
        return [
            event(SecurityKind.RECOVERY_CODE_USED, account.account_id, now, visitor),
            self._parts.mail(LetterKind.RECOVERY_CODE_USED, account.email, now, visitor),
        ]

    def _begin(self, account: Account, now: datetime, visitor: Visitor) -> tuple[SignedIn, list[AccountChange]]:
        token = token_text(self._parts.new_token())
        expires_at = now + timedelta(seconds=self._session_seconds)
        session = Session(
            token_hash=token_hash(token),
            account_id=account.account_id,
            created_at=now,
            expires_at=expires_at,
            seen_at=now,
            address=visitor.address,
            agent=visitor.agent,
        )
        return SignedIn(token=token, account=account, expires_at=expires_at), [AddSession(session=session)]


def _why(account: Account | None) -> str:
    return "address not verified" if account is None or account.locked_at is None else "locked"


def _unchanged(account: Account, *, has_factor: bool) -> Unchanged:
    # Looking at a password takes long: a reset in between must not leave a session of the old one.
    return Unchanged(account_id=account.account_id, password_hash=account.password_hash, has_factor=has_factor)
