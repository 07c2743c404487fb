"""What the market last was, for a venue that has no prices of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from argo_core.model.bars import Bar
from argo_core.model.order import Quote


class MarketMarks(Protocol):
    """Promise: `mark` applies bars oldest first, durably and at once or not at all; a bar that is not later than the
    last of its symbol changes nothing. Answers how many were new. `last` is the close of the last bar and its start.

    Raises StoreError.
    """

    async def mark(self, bars: Sequence[Bar]) -> int: ...

    async def last(self, symbol: str) -> Quote | None: ...
