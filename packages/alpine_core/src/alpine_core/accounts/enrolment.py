"""Making accounts."""

from __future__ import annotations

from collections.abc import Callable

from alpine_core.accounts.email_address import normal_email
from alpine_core.accounts.parts import event
from alpine_core.accounts.password_rules import require_good_password
from alpine_core.accounts.visitor import Visitor
from alpine_core.errors import AccountRefused, OperatorError
from alpine_core.model.account import Account, Role
from alpine_core.model.account_change import SetRole, SetTier
from alpine_core.model.security_event import SecurityKind
from alpine_core.model.tier import Tier
from alpine_core.ports.account_acts import AccountActs
from alpine_core.ports.account_store import AccountStore
from alpine_core.ports.clock import Clock
from alpine_core.ports.password_hasher import PasswordHasher


class Enrolment:
    """What an operator does at the machine itself. `new_id` gives a fresh text at each call."""

    def __init__(
        self,
        accounts: AccountStore,
        acts: AccountActs,
        hasher: PasswordHasher,
        clock: Clock,
        new_id: Callable[[], str],
    ) -> None:
        self._accounts, self._acts = accounts, acts
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
        found = await self._named(email)
        told = f"{found.tier.value} to {tier.value}: by an operator"
        recorded = event(SecurityKind.TIER_CHANGED, found.account_id, self._clock.now(), Visitor(), told, by=None)
        await self._acts.commit([SetTier(account_id=found.account_id, tier=tier), recorded])
        return await self._named(email)

    async def set_role(self, email: str, role: Role) -> Account:
        """The account with its new role. Raises OperatorError if there is none, or it is the last administrator who can
        sign in; StoreError."""
        found = await self._named(email)
        told = f"{found.role.value} to {role.value}: by an operator"
        recorded = event(SecurityKind.ROLE_CHANGED, found.account_id, self._clock.now(), Visitor(), told, by=None)
        if not await self._acts.commit([SetRole(account_id=found.account_id, role=role), recorded]):
            raise OperatorError("this is the last administrator: make another one first")
        return await self._named(email)

    async def _named(self, email: str) -> Account:
        found = await self._accounts.by_email(normal_email(email) or "")
        if found is None:
            raise OperatorError(f"there is no account {email[:64]!a}: list them with: alpine users list")
        return found
