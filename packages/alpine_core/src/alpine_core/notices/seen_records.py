"""A record that somebody was told of, as their tier sees it at this moment."""

from __future__ import annotations

from datetime import datetime

from alpine_core.model.tier import Tier
from alpine_core.ports.signal_shelf import SignalShelf
from alpine_core.tiers import Entitlements, SignalView


class SeenRecords:
    """What was said once is not kept: whoever may not see a record any more is not shown it again."""

    def __init__(self, shelf: SignalShelf, entitlements: Entitlements) -> None:
        self._shelf, self._entitlements = shelf, entitlements

    async def one(self, cursor: int, tier: Tier, now: datetime) -> SignalView | None:
        """None: the tier does not see it at `now`, or it cannot be read. Raises StoreError."""
        found = await self._shelf.after(cursor - 1, 1)
        if not found or found[0].cursor != cursor:
            return None
        return self._entitlements.view_of_record(found[0], tier, now)
