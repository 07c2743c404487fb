"""Whose an address of e-mail is."""

from __future__ import annotations

from alpine_core.accounts.parts import NOBODY, AccountParts, event, later
from alpine_core.accounts.proof import Proof
from alpine_core.accounts.sign_up import VERIFY_MINUTES, require_email
from alpine_core.accounts.tokens import token_hash
from alpine_core.accounts.visitor import Visitor
from alpine_core.errors import AccountRefused
from alpine_core.model.account import Account
from alpine_core.model.account_change import AccountChange, EndTokens, MarkVerified, SetEmail, SpendToken
from alpine_core.model.credential import SingleUseToken, TokenPurpose
from alpine_core.model.security_event import SecurityKind
from alpine_core.ports.letters import LetterKind

BAD_TOKEN = "this link was used before or has expired: ask for a new one"


class EmailProof:
    """Verifying an address, and changing to another one that is verified first. Raises StoreError."""

    def __init__(self, parts: AccountParts, proof: Proof) -> None:
        self._parts = parts
        self._proof = proof

    async def ask_change(self, account: Account, password: str, email: str, visitor: Visitor, code: str = "") -> None:
        """Send a link to the new address; until it comes back nothing changes.

        `code` is of the second factor, where one is in force. The owner of an address that is taken is told so, and
        the one who asks is not. Raises ProofMissing,
        TooManyAttempts, AccountRefused `bad_email`.
        """
        address = require_email(email)
        await self._proof.whole(account, password, code, visitor)
        now = self._parts.clock.now()
        holder = await self._parts.accounts.by_email(address)
        whose = account.account_id if holder is None else NOBODY
        expires_at = later(now, minutes=VERIFY_MINUTES)
        token, issued = self._parts.issue(whose, TokenPurpose.CHANGE_EMAIL, expires_at, address)
        kind = LetterKind.CHANGE_EMAIL if holder is None else LetterKind.ADDRESS_TAKEN
        sent = token if holder is None else ""
        await self._parts.acts.commit([issued, self._parts.mail(kind, address, now, visitor, sent)])

    async def send_again(self, account: Account, visitor: Visitor) -> None:
        """Another link to an address that is not verified; those before end."""
        now = self._parts.clock.now()
        expires_at = later(now, minutes=VERIFY_MINUTES)
        token, issued = self._parts.issue(account.account_id, TokenPurpose.VERIFY_EMAIL, expires_at)
        letter = self._parts.mail(LetterKind.VERIFY_EMAIL, account.email, now, visitor, token)
        await self._parts.acts.commit([issued, letter])

    async def confirm(self, token: str, visitor: Visitor) -> None:
        """The link came back: the address is verified, or changed to. Raises AccountRefused `bad_token`."""
        for purpose in (TokenPurpose.VERIFY_EMAIL, TokenPurpose.CHANGE_EMAIL):
            held = await self._parts.credentials.token(token_hash(token), purpose)
            account = None if held is None else await self._parts.accounts.by_account_id(held.account_id)
            if held is None or account is None:
                continue
            changes = self._changes(held, account, visitor)
            if await self._parts.acts.commit(changes):
                return
        raise AccountRefused("bad_token", BAD_TOKEN)

    def _changes(self, held: SingleUseToken, account: Account, visitor: Visitor) -> list[AccountChange]:
        now = self._parts.clock.now()
        spent = SpendToken(token_hash=held.token_hash, at=now)
        if held.purpose is TokenPurpose.VERIFY_EMAIL:
            verified = event(SecurityKind.EMAIL_VERIFIED, account.account_id, now, visitor)
            return [spent, MarkVerified(account_id=account.account_id), verified]
        return [
            spent,
            SetEmail(account_id=account.account_id, before=account.email, after=held.detail),
            # A link in the mailbox of before opens nothing any more.
            EndTokens(account_id=account.account_id),
            event(SecurityKind.EMAIL_CHANGED, account.account_id, now, visitor),
            # To the address of before: whoever did not do this learns of it.
            self._parts.mail(LetterKind.EMAIL_CHANGED, account.email, now, visitor),
        ]
