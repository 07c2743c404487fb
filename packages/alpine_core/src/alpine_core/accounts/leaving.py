"""Taking one's data away, and going for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from alpine_core.accounts.parts import AccountParts, event
from alpine_core.accounts.proof import Proof
from alpine_core.accounts.visitor import Visitor
from alpine_core.errors import AccountRefused, OurError
from alpine_core.model.account import Account
from alpine_core.model.account_change import DeleteAccount, EraseMails
from alpine_core.model.security_event import SecurityKind
from alpine_core.ports.personal_data import PersonalData

FORMAT = "alpine-personal-data-1"
LAST_ADMIN = "this is the last administrator: make another one first"


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """`account_id` is what stays in the log of security events."""

    account_id: str
    at: datetime


class Leaving:
    """`holdings` are asked in their order, each under a name of its own; what can fail outside, as cancelling what is
    paid, comes first. Raises ProofMissing, TooManyAttempts, StoreError, PaymentAway."""

    def __init__(self, parts: AccountParts, proof: Proof, holdings: Sequence[PersonalData]) -> None:
        names = [each.name for each in holdings]
        if not names or len(names) != len(set(names)):
            raise OurError(f"holdings of personal data need names of their own: {names}")
        self._parts, self._proof, self._holdings = parts, proof, tuple(holdings)

    @property
    def names(self) -> tuple[str, ...]:
        """Of everything that an export holds."""
        return tuple(each.name for each in self._holdings)

    async def export(self, account: Account, password: str, code: str, visitor: Visitor) -> Mapping[str, Any]:
        """Everything that is kept about the account, by the name of the part that keeps it; noted in the log before."""
        await self._proof.whole(account, password, code, visitor)
        now = self._parts.clock.now()
        await self._parts.acts.commit([event(SecurityKind.DATA_EXPORTED, account.account_id, now, visitor)])
        return {
            "format": FORMAT,
            "account_id": account.account_id,
            "exported_at": now,
            **{each.name: await each.export(account) for each in self._holdings},
        }

    async def delete(self, account: Account, password: str, code: str, visitor: Visitor) -> Left:
        """The account and all that is its own are gone when this returns. Raises AccountRefused `last_admin`.

        A crash on the way leaves the account, perhaps without a part of what is its own: deleting it again goes on.
        """
        await self._proof.whole(account, password, code, visitor)
        for each in self._holdings:
            await each.erase(account)
        now = self._parts.clock.now()
        gone = event(SecurityKind.ACCOUNT_DELETED, account.account_id, now, visitor)
        mails = EraseMails(recipient=account.email)
        if not await self._parts.acts.commit([DeleteAccount(account_id=account.account_id), mails, gone]):
            raise AccountRefused("last_admin", LAST_ADMIN)
        for each in self._holdings:
            # What was on its way while the account still was.
            await each.erase(account)
        return Left(account_id=account.account_id, at=now)
