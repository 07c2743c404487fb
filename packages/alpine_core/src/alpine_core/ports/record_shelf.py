"""What the track record is reckoned from."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from alpine_core.model.closed_signal import ClosedSignal, DayClose


class RecordShelf(Protocol):
    """Promise: reads see everything whose storing returned before the call. Raises StoreError.

    What is told here the log has disclosed to everybody.
    """

    async def closed(self, beyond: int, limit: int) -> tuple[ClosedSignal, ...]:
        """At most `limit` ended signals with proven places, whose outcome's cursor is larger, ascending by it; fewer
        only at the end."""
        ...

    async def day_closes(self, symbol: str, since: date, until: date) -> tuple[DayClose, ...]:
        """The close of the bar that starts last on each UTC day of [since, until], ascending; of several timeframes'
        bars that start together the first timeframe's. Days without bars are left out."""
        ...
