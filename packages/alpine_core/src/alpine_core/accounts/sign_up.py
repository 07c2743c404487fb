"""Making an account of one's own."""

from __future__ import annotations

import re

from alpine_core.accounts.email_address import normal_email
from alpine_core.accounts.parts import AccountParts, event, later
from alpine_core.accounts.password_rules import require_good_password
from alpine_core.accounts.visitor import Visitor
from alpine_core.errors import AccountRefused, OurError
from alpine_core.model.account import Account, Role
from alpine_core.model.account_change import AccountChange, CreateAccount
from alpine_core.model.credential import TokenPurpose
from alpine_core.model.security_event import SecurityKind
from alpine_core.model.tier import Tier
from alpine_core.ports.letters import LetterKind

_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DELIVERABLE = re.compile(rf"[a-z0-9!#$%&'*+/=?^_`{{|}}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{{|}}~-]+)*@{_LABEL}(\.{_LABEL})+")
VERIFY_MINUTES = 24 * 60
RESET_MINUTES = 60


class SignUp:
    """A stranger asks for an account. Whether the address has one already, only a mail to the address tells: the answer
    is the same, a hash is computed in both cases, and the store is asked and told as much. Raises StoreError."""

    def __init__(self, parts: AccountParts) -> None:
        self._parts = parts

    async def sign_up(self, email: str, password: str, visitor: Visitor) -> None:
        """A free address gets an account that cannot sign in yet, and the mail that makes it able to; the owner of a
        taken one is told, and can set a new password.

        Raises AccountRefused `bad_email`, `weak_password`.
        """
        address = require_email(email)
        require_good_password(password, address)
        hashed = await self._parts.hasher.hash(password)
        for _ in range(2):
            if await self._parts.acts.commit(await self._changes(address, hashed, visitor)):
                return
            # Somebody else took the address between looking and writing: now it is a taken one.
        raise OurError("an address was free and taken twice in a row")

    async def _changes(self, address: str, hashed: str, visitor: Visitor) -> list[AccountChange]:
        now = self._parts.clock.now()
        holder = await self._parts.accounts.by_email(address)
        account = Account(
            account_id=self._parts.new_id(),
            email=address,
            password_hash=hashed,
            tier=Tier.FREE,
            role=Role.SUBSCRIBER,
            created_at=now,
            email_verified=False,
        )
        if holder is None:
            whose, purpose, minutes = account.account_id, TokenPurpose.VERIFY_EMAIL, VERIFY_MINUTES
            letter, told, detail = LetterKind.VERIFY_EMAIL, SecurityKind.SIGNED_UP, ""
        else:
            whose, purpose, minutes = holder.account_id, TokenPurpose.RESET_PASSWORD, RESET_MINUTES
            letter, told, detail = LetterKind.ADDRESS_TAKEN, SecurityKind.PASSWORD_RESET_ASKED, "by a second sign-up"
        token, issued = self._parts.issue(whose, purpose, later(now, minutes=minutes))
        return [
            CreateAccount(account=account, must=holder is None),
            issued,
            self._parts.mail(letter, address, now, visitor, token),
            event(told, whose, now, visitor, detail, by=None),
        ]


def require_email(email: str) -> str:
    """The address in lower case, one that mails can go to: a dot-atom (RFC 5322 3.2.3) and a domain name.

    Quoted local parts and addresses that need SMTPUTF8 are not taken. Raises AccountRefused `bad_email`.
    """
    address = normal_email(email)
    if address is None or not _DELIVERABLE.fullmatch(address):
        raise AccountRefused("bad_email", "the e-mail address cannot be read: write it as name@example.com")
    return address
