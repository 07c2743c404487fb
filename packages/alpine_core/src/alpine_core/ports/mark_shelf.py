"""What can be read of the stored bars."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from alpine_core.model.mark import MarkSeries


class MarkShelf(Protocol):
    """Promise: reads see everything whose storing returned before the call. Raises StoreError."""

    async def bars(self, symbol: str, since: datetime, until: datetime) -> tuple[MarkSeries, ...]:
        """Bars that start within [since, until], a series for each timeframe and origin, sorted by these names."""
        ...
