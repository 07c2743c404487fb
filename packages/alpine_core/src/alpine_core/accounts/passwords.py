"""A new password, with the present one or without it."""

from __future__ import annotations

from alpine_core.accounts.email_address import normal_email
from alpine_core.accounts.email_proof import BAD_TOKEN
from alpine_core.accounts.parts import NOBODY, AccountParts, event, later
from alpine_core.accounts.password_rules import require_good_password
from alpine_core.accounts.proof import Proof, code_name
from alpine_core.accounts.sign_up import RESET_MINUTES, require_email
from alpine_core.accounts.tokens import token_hash
from alpine_core.accounts.visitor import Visitor
from alpine_core.errors import AccountRefused
from alpine_core.model.account import Account
from alpine_core.model.account_change import EndSessions, EndTokens, MarkVerified, SetPassword, SpendToken
from alpine_core.model.credential import TokenPurpose
from alpine_core.model.security_event import SecurityKind
from alpine_core.ports.letters import LetterKind


class Passwords:
    """Each change of a password is told by mail, and ends the other sessions and every link that was mailed before: one
    of them may have gone to a thief. Raises StoreError."""

    def __init__(self, parts: AccountParts, proof: Proof) -> None:
        self._parts = parts
        self._proof = proof

    async def change(
        self, account: Account, session: str, present: str, new: str, visitor: Visitor, code: str = ""
    ) -> None:
        """`session` is the token of the session that stays; `code` of the second factor, where one is in force.

        Raises ProofMissing, TooManyAttempts, AccountRefused `weak_password`, `bad_token` if another change came first.
        """
        require_good_password(new, account.email)
        await self._proof.whole(account, present, code, visitor)
        now = self._parts.clock.now()
        done = await self._parts.acts.commit(
            [
                await self._set(account, new),
                EndSessions(account_id=account.account_id, keep=token_hash(session)),
                EndTokens(account_id=account.account_id),
                event(SecurityKind.PASSWORD_CHANGED, account.account_id, now, visitor),
                self._parts.mail(LetterKind.PASSWORD_CHANGED, account.email, now, visitor),
            ]
        )
        if not done:
            raise AccountRefused("changed_meanwhile", "the password was changed meanwhile: load the page again")

    async def ask_reset(self, email: str, visitor: Visitor) -> None:
        """Send a link to the address if it has an account. Neither the answer nor the work tells whether it has.

        Raises AccountRefused `bad_email`.
        """
        address = require_email(email)
        now = self._parts.clock.now()
        account = await self._parts.accounts.by_email(address)
        whose = NOBODY if account is None else account.account_id
        expires_at = later(now, minutes=RESET_MINUTES)
        token, issued = self._parts.issue(whose, TokenPurpose.RESET_PASSWORD, expires_at)
        known = account is not None
        await self._parts.acts.commit(
            [
                issued,
                self._parts.mail(LetterKind.RESET_PASSWORD, address, now, visitor, token, really=known),
                event(SecurityKind.PASSWORD_RESET_ASKED, whose or None, now, visitor, by=None),
            ]
        )

    async def reset(self, token: str, new: str, visitor: Visitor) -> None:
        """Set the password by the link's token. Every session ends, and the address is verified: the link came by it.

        A second factor stays as it is. Raises AccountRefused `bad_token`, `weak_password`.
        """
        held = await self._parts.credentials.token(token_hash(token), TokenPurpose.RESET_PASSWORD)
        account = None if held is None else await self._parts.accounts.by_account_id(held.account_id)
        now = self._parts.clock.now()
        if held is None or account is None or held.expires_at <= now:
            raise AccountRefused("bad_token", BAD_TOKEN)
        require_good_password(new, account.email)
        done = await self._parts.acts.commit(
            [
                SpendToken(token_hash=held.token_hash, at=now),
                await self._set(account, new),
                MarkVerified(account_id=account.account_id),
                EndSessions(account_id=account.account_id),
                EndTokens(account_id=account.account_id),
                event(SecurityKind.PASSWORD_RESET, account.account_id, now, visitor, by=None),
                self._parts.mail(LetterKind.PASSWORD_CHANGED, account.email, now, visitor),
            ]
        )
        if not done:
            raise AccountRefused("bad_token", BAD_TOKEN)
        # Whoever kept the owner out by guessing does so no longer.
        await self._parts.attempts.clear(normal_email(account.email) or account.email)
        await self._parts.attempts.clear(code_name(account.account_id))

    async def _set(self, account: Account, new: str) -> SetPassword:
        hashed = await self._parts.hasher.hash(new)
        return SetPassword(account_id=account.account_id, before=account.password_hash, after=hashed)
