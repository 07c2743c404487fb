"""What can be asked behind the question mark of the administrators' pages."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from alpine_core.model import AccountQuery, AlarmKind, EventQuery, Role, SecurityKind, Tier
from alpine_web.web.account_forms import TokenForm

Number = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Limit = Annotated[int, Meta(ge=1, le=200)]
Id = Annotated[str, Meta(max_length=80)]


class UserFilter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`after`: the address that the last page ended with."""

    search: Annotated[str, Meta(max_length=254)] = ""
    tier: Tier | None = None
    role: Role | None = None
    locked: Literal["yes", "no"] | None = None
    after: Annotated[str, Meta(max_length=254)] = ""
    limit: Limit = 50

    def query(self) -> AccountQuery:
        """One more than is shown, which tells whether there is another page."""
        locked = None if self.locked is None else self.locked == "yes"
        return AccountQuery(
            search=self.search, tier=self.tier, role=self.role, locked=locked, after=self.after, limit=self.limit + 1
        )


class EventFilter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`account`: whom it concerns, `actor`: who did it, both ids."""

    kind: SecurityKind | None = None
    account: Id | None = None
    actor: Id | None = None
    before: Number | None = None
    limit: Limit = 50

    def query(self) -> EventQuery:
        """The same as the log is asked."""
        return EventQuery(
            account_id=self.account, actor_id=self.actor, kind=self.kind, before=self.before, limit=self.limit
        )


class AlarmFilter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`before`: the number that the last page ended with."""

    kind: AlarmKind | None = None
    before: Number | None = None
    limit: Limit = 50


class ActForm(TokenForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a form about an account sends; which act it is stands in the address."""

    tier: Tier | None = None
    role: Role | None = None


class ViewAsForm(TokenForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which tier's pages."""

    tier: Tier
