"""An account's finished trades, all of them."""

from __future__ import annotations

from typing import Protocol

from argo_core.model.trade import Trade


class TradeHistory(Protocol):
    """Promise: reads see every write that returned before the call. Raises StoreError. Any number at a time."""

    async def count(self) -> int:
        """How many there are; it never falls."""
        ...

    async def every_trade(self) -> tuple[Trade, ...]:
        """Oldest first, in the order of their closing."""
        ...
