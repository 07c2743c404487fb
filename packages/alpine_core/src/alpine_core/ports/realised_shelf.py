"""Where finished trades are read."""

from __future__ import annotations

from typing import Protocol

from alpine_core.model.realised import RealisedFigures, RealisedRow, StoredRealised


class RealisedShelf(Protocol):
    """Promise: what is stored, as it stands. It knows no tiers: whoever shows a trade asks for its signal first. Raises
    StoreError, also for a row that cannot be read.
    """

    async def of_trade(self, trade_id: str) -> StoredRealised | None:
        """The trade of this name."""
        ...

    async def of_signal(self, signal_id: str) -> tuple[StoredRealised, ...]:
        """The trades on this signal, in the order in which they came."""
        ...

    async def figures(self) -> tuple[RealisedFigures, ...]:
        """By executor and mode, over logged trades of signals that the log has disclosed to everybody."""
        ...

    async def rows(self, beyond: int, limit: int) -> tuple[RealisedRow, ...]:
        """At most `limit` rows whose number is larger, ascending: for looking them over."""
        ...
