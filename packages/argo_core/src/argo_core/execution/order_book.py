"""Every order of an account as last known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from argo_core.execution.known_orders import KnownOrders
from argo_core.execution.order_machine import ENDS, advanced
from argo_core.model.order import Order, OrderState
from argo_core.model.order_change import OrderChange


class OrderBook(msgspec.Struct, frozen=True):
    """`orders` by client order id, and of them those that have not ended: `working`, which are few however long an
    account has traded; `since` says since when (wall clock) an order has been filled in part."""

    orders: KnownOrders = KnownOrders()
    working: Mapping[str, Order] = {}
    since: Mapping[str, datetime] = {}

    @classmethod
    def of(cls, changes: Iterable[OrderChange]) -> OrderBook:
        """The orders as their last changes show them: one change an order, oldest first."""
        orders = {change.order.intent.client_order_id: change.order for change in changes}
        partial = {
            name: order.updated_at for name, order in orders.items() if order.state is OrderState.PARTIALLY_FILLED
        }
        return cls(
            KnownOrders(orders), {name: order for name, order in orders.items() if order.state not in ENDS}, partial
        )

    def after(self, change: OrderChange) -> tuple[OrderBook, OrderChange | None]:
        """The book after a change, and the change as it stands: without a fill that is known, None where it says
        nothing new."""
        told, fill = change.order, change.fill
        name = told.intent.client_order_id
        known = self.orders.get(name)
        fills = told.fills if fill is None or fill in told.fills else (*told.fills, fill)
        if fills is not told.fills:
            told = msgspec.structs.replace(told, fills=fills)
        if known is not None and fill is not None and fill.execution_id in {one.execution_id for one in known.fills}:
            fill = None
        order = _first(told) if known is None else advanced(known, told)
        if order is None:
            return self, None
        book = OrderBook(self.orders.after(name, order), self._working_after(order), self._since_after(order))
        return book, OrderChange(order=order, fill=fill, parent=change.parent)

    def _working_after(self, order: Order) -> Mapping[str, Order]:
        working = {**self.working, order.intent.client_order_id: order}
        if order.state in ENDS:
            del working[order.intent.client_order_id]
        return working

    def _since_after(self, order: Order) -> Mapping[str, datetime]:
        name = order.intent.client_order_id
        if order.state is OrderState.PARTIALLY_FILLED and name not in self.since:
            return {**self.since, name: order.updated_at}
        if order.state in ENDS and name in self.since:
            return {other: at for other, at in self.since.items() if other != name}
        return self.since


def _first(told: Order) -> Order:
    if not told.fills and told.reason is None and told.state not in ENDS:
        return told
    nothing = msgspec.structs.replace(told, state=OrderState.INTENDED, fills=(), reason=None, order_id="")
    return advanced(nothing, told) or told
