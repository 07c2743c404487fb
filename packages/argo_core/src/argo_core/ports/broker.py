"""Where orders go."""

from __future__ import annotations

from typing import Protocol

from argo_core.model.order import Order, OrderIntent
from argo_core.model.position import AccountSnapshot


class Broker(Protocol):
    """Promise: `submit` is idempotent by `client_order_id`: the same intent twice is one order, and answers its state.

    An ambiguous answer comes back as an order in state UNKNOWN, never as a rejection. `cancel` of a finished order
    changes nothing. `snapshot` shows positions and open orders of one moment. Deadlines are the adapter's own.
    Raises StoreError when the venue cannot be reached and nothing was sent.
    """

    async def submit(self, intent: OrderIntent) -> Order: ...

    async def cancel(self, client_order_id: str) -> Order: ...

    async def order(self, client_order_id: str) -> Order | None: ...

    async def snapshot(self) -> AccountSnapshot: ...
