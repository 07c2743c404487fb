"""What can be read of the stored bars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from alpine_core.model.mark import Mark, MarkSeries

MOST_BARS = 2000
MOST_TIMEFRAMES = 50


class Span(NamedTuple):
    """Bars of one symbol that start within [since, until], aware UTC."""

    symbol: str
    since: datetime
    until: datetime


class MarkShelf(Protocol):
    """Promise: reads see everything whose storing returned before the call. Raises StoreError."""

    async def bars(
        self, symbol: str, since: datetime, until: datetime, around: datetime | None = None, limit: int = MOST_BARS
    ) -> tuple[MarkSeries, ...]:
        """Bars that start within [since, until], a series for each timeframe and origin, sorted by these names.

        At most `limit` in all: each timeframe gets the same part of it, and what does not fit is left out at both ends,
        farthest from `around` (None: from `until`). A symbol has at most MOST_TIMEFRAMES here, the first by name.
        """
        ...

    async def newest_bars(self, spans: Sequence[Span]) -> tuple[Mark | None, ...]:
        """For each span the bar that starts last, None if it has none; of several at once the first timeframe's."""
        ...
