"""A venue whose answers get lost, for exercises: what was asked for may or may not have happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from argo_core.errors import StoreError
from argo_core.model.bars import Bar
from argo_core.model.order import Order, OrderIntent, Quote
from argo_core.model.order_change import NumberedChange
from argo_core.model.position import AccountSnapshot
from argo_core.pipeline.execution_ports import WholeVenue
from argo_core.ports.order_sweep import SweptOrder
from argo_core.ports.venue_sync import Refreshed


class FailingVenue:
    """All five ports around another venue. While `failing`, a call fails with the chance `share` (0–1): half of those
    before it reached the venue, half after. `chance` answers 0–1; `faults` counts."""

    def __init__(self, venue: WholeVenue, share: float, chance: Callable[[], float]) -> None:
        self._venue, self._share, self._chance = venue, share, chance
        self.failing, self.faults = False, 0

    async def submit(self, intent: OrderIntent) -> Order:
        self._lose("before")
        order = await self._venue.submit(intent)
        self._lose("after")
        return order

    async def cancel(self, client_order_id: str) -> Order:
        self._lose("before")
        order = await self._venue.cancel(client_order_id)
        self._lose("after")
        return order

    async def order(self, client_order_id: str) -> Order | None:
        self._lose("before")
        return await self._venue.order(client_order_id)

    async def snapshot(self) -> AccountSnapshot:
        self._lose("before")
        return await self._venue.snapshot()

    async def changes(self, after: int, limit: int) -> tuple[NumberedChange, ...]:
        return await self._venue.changes(after, limit)

    async def mark(self, bars: Sequence[Bar]) -> int:
        return await self._venue.mark(bars)

    async def last(self, symbol: str) -> Quote | None:
        return await self._venue.last(symbol)

    async def refresh(self) -> Refreshed:
        self._lose("before")
        return await self._venue.refresh()

    async def cancel_all(self) -> tuple[SweptOrder, ...]:
        self._lose("before")
        swept = await self._venue.cancel_all()
        self._lose("after")
        return swept

    def _lose(self, when: str) -> None:
        if self.failing and self._chance() < self._share / 2:
            self.faults += 1
            raise StoreError(f"an exercise: the answer was lost {when} the venue had it")
