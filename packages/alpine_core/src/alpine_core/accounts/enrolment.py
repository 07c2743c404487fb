"""Making accounts."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from alpine_core.accounts.email_address import normal_email
from alpine_core.accounts.password_rules import require_good_password
from alpine_core.errors import AccountRefused, OperatorError
from alpine_core.model.account import Account, Role
from alpine_core.model.tier import Tier
from alpine_core.ports.account_store import AccountStore
from alpine_core.ports.clock import Clock
from alpine_core.ports.password_hasher import PasswordHasher


class Enrolment:
    """Creates accounts and changes their tier. `new_id` gives a fresh text at each call."""

    def __init__(self, accounts: AccountStore, hasher: PasswordHasher, clock: Clock, new_id: Callable[[], str]) -> None:
        self._accounts = accounts
        self._hasher = hasher
        self._clock = clock
        self._new_id = new_id

    async def create(self, email: str, password: str, tier: Tier, role: Role = Role.SUBSCRIBER) -> Account:
        """The new account; its address counts as verified, for an operator vouches for it.

        Raises OperatorError for an address that is none or is taken, and for such a password; StoreError.
        """
        address = normal_email(email)
        if address is None:
            raise OperatorError("the email address cannot be read: write it as name@example.com")
        try:
            require_good_password(password, address)
        except AccountRefused as refused:
            raise OperatorError(str(refused)) from refused
        account = Account(
            account_id=self._new_id(),
            email=address,
            password_hash=await self._hasher.hash(password),
            tier=tier,
            role=role,
            created_at=self._clock.now(),
        )
        await self._accounts.put(account)
        return account

    async def set_tier(self, email: str, tier: Tier) -> Account:
        """The account with its new tier. Raises OperatorError if there is none, StoreError."""
        found = await self._accounts.by_email(normal_email(email) or "")
        if found is None:
            raise OperatorError(f"there is no account {email[:64]!a}: list them with: alpine users list")
        changed = msgspec.structs.replace(found, tier=tier)
        await self._accounts.put(changed)
        return changed
