"""What administrators do about the accounts of others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from alpine_core.accounts.email_proof import EmailProof
from alpine_core.accounts.parts import AccountParts, event
from alpine_core.accounts.visitor import Visitor
from alpine_core.errors import AccountRefused, NotThere
from alpine_core.model.account import Account, Role
from alpine_core.model.account_change import AccountChange, EndSessions, SetLock, SetRole, SetTier
from alpine_core.model.security_event import SecurityKind
from alpine_core.model.tier import Tier

NOT_THERE = "there is no such account: look for it in the list"
OWN = "this is your own account: ask another administrator"
LAST = "this is the last administrator who can sign in: make another one first"


class Administration:
    """Every act is in the log, under whom it concerns and who did it. `admin` is who acts, whose role was checked.

    Raises NotThere for an account that is not, AccountRefused `own_account` and `last_admin`, StoreError.
    """

    def __init__(self, parts: AccountParts, email: EmailProof) -> None:
        self._parts, self._email = parts, email

    def may_act(self, account: Account) -> bool:
        """Whether the account's role does more here than read."""
        return account.role is Role.ADMIN

    async def account(self, account_id: str) -> Account:
        """The account."""
        found = await self._parts.accounts.by_account_id(account_id)
        if found is None:
            raise NotThere(NOT_THERE)
        return found

    async def do(
        self,
        admin: Account,
        account_id: str,
        act: str,
        visitor: Visitor,
        *,
        tier: Tier | None = None,
        role: Role | None = None,
    ) -> None:
        """The act of this name. Raises NotThere for a name that is none, AccountRefused `incomplete` for a tier or role
        that is not said."""
        match act, tier, role:
            case "tier", Tier(), _:
                await self.set_tier(admin, account_id, tier, visitor)
            case "role", _, Role():
                await self.set_role(admin, account_id, role, visitor)
            case (("tier" | "role"), _, _):
                raise AccountRefused("incomplete", f"the {act} is missing: say which one")
            case _:
                await self._plain_act(act)(admin, account_id, visitor)

    def _plain_act(self, act: str) -> Callable[[Account, str, Visitor], Awaitable[None]]:
        acts = {
            "lock": self.lock,
            "unlock": self.unlock,
            "end-sessions": self.end_sessions,
            "resend-verification": self.resend_verification,
        }
        if act not in acts:
            raise NotThere("there is no such act: look at the account's page")
        return acts[act]

    async def set_tier(self, admin: Account, account_id: str, tier: Tier, visitor: Visitor) -> None:
        """What it sees from its next request on, until what is paid for it changes."""
        found = await self.account(account_id)
        told = f"{found.tier.value} to {tier.value}: by hand"
        set_it = SetTier(account_id=account_id, tier=tier)
        await self._commit(admin, found, [set_it], SecurityKind.TIER_CHANGED, told, visitor)

    async def set_role(self, admin: Account, account_id: str, role: Role, visitor: Visitor) -> None:
        """What it may do here."""
        found = self._another(admin, await self.account(account_id))
        told = f"{found.role.value} to {role.value}"
        set_it = SetRole(account_id=account_id, role=role)
        await self._commit(admin, found, [set_it], SecurityKind.ROLE_CHANGED, told, visitor)

    async def lock(self, admin: Account, account_id: str, visitor: Visitor) -> None:
        """Keep everybody out of it: its sessions end, its keys and tokens do not hold while it is locked."""
        found = self._another(admin, await self.account(account_id))
        locked = SetLock(account_id=account_id, at=self._parts.clock.now())
        ended = EndSessions(account_id=account_id)
        await self._commit(admin, found, [locked, ended], SecurityKind.ADMIN_ACT, "account locked", visitor)

    async def unlock(self, admin: Account, account_id: str, visitor: Visitor) -> None:
        """Open it again."""
        found = await self.account(account_id)
        opened = SetLock(account_id=account_id, at=None)
        await self._commit(admin, found, [opened], SecurityKind.ADMIN_ACT, "account unlocked", visitor)

    async def end_sessions(self, admin: Account, account_id: str, visitor: Visitor) -> None:
        """Sign it out everywhere."""
        found = await self.account(account_id)
        ended = EndSessions(account_id=account_id)
        await self._commit(admin, found, [ended], SecurityKind.SESSION_REVOKED, "all, by an administrator", visitor)

    async def tell(self, admin: Account, what: str, visitor: Visitor, account_id: str | None = None) -> None:
        """Note an act that changed nothing of an account, as one who looked or asked for something again."""
        now = self._parts.clock.now()
        done = event(SecurityKind.ADMIN_ACT, account_id or admin.account_id, now, visitor, what, by=admin.account_id)
        await self._parts.acts.commit([done])

    async def resend_verification(self, admin: Account, account_id: str, visitor: Visitor) -> None:
        """Another mail with a link. Raises AccountRefused `verified`."""
        found = await self.account(account_id)
        if found.email_verified:
            raise AccountRefused("verified", "the address is verified already: no mail was sent")
        await self._email.send_again(found, visitor)
        await self.tell(admin, "verification sent again", visitor, account_id)

    def _another(self, admin: Account, found: Account) -> Account:
        if found.account_id == admin.account_id:
            raise AccountRefused("own_account", OWN)
        return found

    async def _commit(
        self,
        admin: Account,
        found: Account,
        changes: list[AccountChange],
        kind: SecurityKind,
        told: str,
        visitor: Visitor,
    ) -> None:
        recorded = event(kind, found.account_id, self._parts.clock.now(), visitor, told, by=admin.account_id)
        if not await self._parts.acts.commit([*changes, recorded]):
            await self.account(found.account_id)
            raise AccountRefused("last_admin", LAST)
