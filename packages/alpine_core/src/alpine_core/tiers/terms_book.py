"""The terms in force: the defaults, the operator's changes over them, and the policy that decides by both."""

from __future__ import annotations

from collections.abc import Mapping

from alpine_core.model.security_event import LONGEST_DETAIL, SecurityEvent, SecurityKind
from alpine_core.model.tier import TermsChange, Tier, TierTerms
from alpine_core.ports.clock import Clock
from alpine_core.ports.terms_shelf import TermsShelf
from alpine_core.tiers.entitlements import Entitlements
from alpine_core.tiers.terms_changes import read_change, terms_with


class TermsBook:
    """Keeps `entitlements` at what the shelf says. Whoever shows terms asks `entitlements`, as does enforcement."""

    def __init__(
        self,
        defaults: Mapping[Tier, TierTerms],
        entitlements: Entitlements,
        shelf: TermsShelf,
        clock: Clock,
    ) -> None:
        self._defaults, self._shelf, self._clock = dict(defaults), shelf, clock
        self._known = 0
        self.entitlements = entitlements

    async def read_on(self) -> bool:
        """Take over what was changed elsewhere; whether anything was. To be called again and again.

        Raises OperatorError if the changes do not fit these defaults: then the terms stay as they were. StoreError.
        """
        changes = await self._shelf.changes()
        if len(changes) == self._known:
            return False
        self._take(changes)
        return True

    async def change(self, tier: Tier, given: Mapping[str, str], actor_id: str | None = None) -> TierTerms:
        """Set members of one tier, all or none; the row that holds then. `given` are texts as `read_change` reads them.

        Raises OperatorError for what cannot be or what would make a tier see less than the one below, StoreError.
        """
        now = self._clock.now()
        new = tuple(read_change(tier, name, text, now) for name, text in given.items())
        self._take(await self._shelf.add(new, self._fits, tuple(_event(each, actor_id) for each in new)))
        return self.entitlements.terms(tier)

    def _fits(self, changes: tuple[TermsChange, ...]) -> None:
        Entitlements(terms_with(self._defaults, changes))

    def _take(self, changes: tuple[TermsChange, ...]) -> None:
        self.entitlements.renew(terms_with(self._defaults, changes))
        self._known = len(changes)


def _event(change: TermsChange, actor_id: str | None) -> SecurityEvent:
    detail = f"{change.tier.value}.{change.name} = {change.value}"[:LONGEST_DETAIL]
    return SecurityEvent(
        account_id=None, actor_id=actor_id, kind=SecurityKind.TERMS_CHANGED, at=change.changed_at, detail=detail
    )
