"""Looking at the pages as a tier sees them."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

import msgspec

from alpine_core.accounts.administration import Administration
from alpine_core.accounts.visitor import Visitor
from alpine_core.model.account import Account, Role
from alpine_core.model.tier import Tier
from alpine_core.ports.clock import Clock

VIEW_TIME = timedelta(hours=1)


class ViewAs:
    """A ticket is good for one session, for one hour, for an administrator alone; it is no secret: it only takes away.

    `secret_key` signs it. Beginning and ending are in the log.
    """

    def __init__(self, secret_key: str, administration: Administration, clock: Clock) -> None:
        self._key, self._administration, self._clock = secret_key, administration, clock

    async def begin(self, admin: Account, session: str, tier: Tier, visitor: Visitor) -> str:
        """The ticket."""
        await self._administration.tell(admin, f"view as {tier.value}: begun", visitor)
        until = int((self._clock.now() + VIEW_TIME).timestamp())
        return f"{tier.value}.{until}.{self._mark(tier.value, str(until), session)}"

    async def end(self, admin: Account, visitor: Visitor) -> None:
        """Noted; whoever keeps the ticket throws it away."""
        await self._administration.tell(admin, "view as: ended", visitor)

    def tier(self, ticket: str, session: str) -> Tier | None:
        """Whose view the ticket asks for; None for one that is not good."""
        name, _, rest = ticket.partition(".")
        until, _, mark = rest.partition(".")
        known = name in tuple(Tier) and until.isascii() and until.isdecimal() and len(until) < 12
        expected = self._mark(name, until, session)
        if not known or not hmac.compare_digest(mark.encode("utf-8", "replace"), expected.encode()):
            return None
        return Tier(name) if datetime.fromtimestamp(int(until), self._clock.now().tzinfo) > self._clock.now() else None

    def _mark(self, tier: str, until: str, session: str) -> str:
        said = f"view-as\0{tier}\0{until}\0{session}".encode("utf-8", "replace")
        return hmac.new(self._key.encode(), said, hashlib.sha256).hexdigest()


def seen_as(account: Account, tier: Tier | None) -> Account:
    """The account as if of that tier, for an administrator; anybody else stays who they are."""
    if tier is None or account.role is not Role.ADMIN:
        return account
    return msgspec.structs.replace(account, tier=tier)
