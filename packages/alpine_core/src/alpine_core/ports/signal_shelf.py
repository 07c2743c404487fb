"""What can be read of the stored signals."""

from __future__ import annotations

from typing import Protocol

from alpine_core.model.query import Page, SignalQuery, Window
from alpine_core.model.record import Record
from alpine_core.model.signal import StoredSignal


class SignalShelf(Protocol):
    """Promise: reads see everything whose storing returned before the call, any number at a time. Raises StoreError.

    What is read here is for the house: only `alpine_core.tiers` turns it into what a subscriber may see.
    """

    async def after(self, cursor: int, limit: int) -> tuple[Record, ...]:
        """At most `limit` records beyond `cursor`, ascending, without gap but for what cannot be read; fewer than
        `limit` only at the end."""
        ...

    async def by_id(self, signal_id: str) -> StoredSignal | None: ...

    async def page(self, query: SignalQuery, window: Window) -> Page[StoredSignal]:
        """Newest first: what the window shows, each with its outcome, if it has one."""
        ...

    async def newest_cursor(self) -> int:
        """0 while nothing is stored."""
        ...
