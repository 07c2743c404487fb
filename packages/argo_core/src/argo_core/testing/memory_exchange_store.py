"""The memory of a simulated exchange, in lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from argo_core.errors import StoreError
from argo_core.model.bars import Bar
from argo_core.model.order_change import NumberedChange, OrderChange


class MemoryExchangeStore:
    """`ports.ExchangeStore` without durability. While `down`, nothing is stored. For tests, and for nothing else."""

    def __init__(self) -> None:
        self._changes: list[OrderChange] = []
        self._marks: dict[str, Bar] = {}
        self.down = False

    async def load(self) -> tuple[tuple[OrderChange, ...], tuple[Bar, ...]]:
        """Every change, oldest first, and the last bars."""
        return tuple(self._changes), tuple(self._marks.values())

    async def append(self, changes: Sequence[OrderChange], marks: Sequence[Bar], now: datetime) -> None:
        """Add the changes and replace the last bars of these symbols. Raises StoreError while down."""
        if self.down:
            raise StoreError("the exchange's store is down: try again later")
        self._changes += changes
        self._marks |= {bar.symbol: bar for bar in marks}

    async def newest(self, client_order_id: str) -> OrderChange | None:
        """The last change of one order, None for an order that never came."""
        of_it = (change for change in reversed(self._changes) if change.order.intent.client_order_id == client_order_id)
        return next(of_it, None)

    async def changes(self, after: int, limit: int) -> tuple[NumberedChange, ...]:
        """Changes after a position, oldest first."""
        numbered = enumerate(self._changes[after : after + limit], after + 1)
        return tuple(NumberedChange(position=position, change=change) for position, change in numbered)
