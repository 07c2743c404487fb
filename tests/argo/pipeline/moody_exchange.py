"""A simulated exchange that has moods: each is a way in which a venue lets an executor down for a while."""

from __future__ import annotations

import msgspec

from argo_core.adapters.simulated import SimulatedExchange
from argo_core.adapters.sql import Database, SqlExchangeStore
from argo_core.errors import StoreError
from argo_core.execution.matching import Matching
from argo_core.execution.order_machine import UNRESOLVED
from argo_core.model.order import Order, OrderIntent, OrderState
from argo_core.model.order_change import OrderChange
from argo_core.model.position import AccountSnapshot
from argo_core.ports import Clock
from argo_core.ports.order_sweep import SweptOrder
from argo_core.ports.venue_sync import Refreshed


class _Arrived(SqlExchangeStore):
    """What the exchange itself knows: nothing of orders whose answers got lost on the way to it."""

    async def newest(self, client_order_id: str) -> OrderChange | None:
        found = await super().newest(client_order_id)
        return None if found is None or found.order.state in UNRESOLVED else found


class MoodyExchange(SimulatedExchange):
    """`deaf` hears no order, `unsure` does not say whether it has, `harsh` refuses it; `stubborn` cancels nothing,
    `mute` tells nothing, `lying` shows an account without positions. A mood is set from outside, and stays."""

    mood = ""

    def __init__(self, database: Database, rules: Matching, clock: Clock) -> None:
        super().__init__(_Arrived(database), rules, "SIM-1", 100_000.0, clock)
        self._sequence = SqlExchangeStore(database)

    async def submit(self, intent: OrderIntent) -> Order:
        self._refuse("deaf")
        answers = {"unsure": OrderState.UNKNOWN, "harsh": OrderState.REJECTED}
        if self.mood not in answers or await self.order(intent.client_order_id) is not None:
            return await super().submit(intent)
        return await self._written(
            Order(order_id="", intent=intent, state=answers[self.mood], updated_at=self._clock.now())
        )

    async def cancel(self, client_order_id: str) -> Order:
        self._refuse("stubborn")
        known = await self.order(client_order_id)
        if known is None or known.state not in UNRESOLVED:
            return await super().cancel(client_order_id)
        return await self._written(
            msgspec.structs.replace(
                known, state=OrderState.CANCELLED, updated_at=self._clock.now(), reason="it never arrived"
            )
        )

    async def order(self, client_order_id: str) -> Order | None:
        found = await self._sequence.newest(client_order_id)
        return None if found is None else found.order

    async def refresh(self) -> Refreshed:
        self._refuse("mute")
        return await super().refresh()

    async def snapshot(self) -> AccountSnapshot:
        account = await super().snapshot()
        return msgspec.structs.replace(account, positions=()) if self.mood == "lying" else account

    async def cancel_all(self) -> tuple[SweptOrder, ...]:
        self._refuse("stubborn")
        return await super().cancel_all()

    def _refuse(self, mood: str) -> None:
        if self.mood == mood:
            raise StoreError("the exchange cannot be reached")

    async def _written(self, order: Order) -> Order:
        async with self._lane:
            await self._append(await self._current(), (OrderChange(order=order),), ())
        return order
