"""A broker that fills market orders at once, at prices it was given: a fake for tests, not the simulated exchange."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from argo_core.model.direction import Direction
from argo_core.model.order import Fill, Order, OrderIntent, OrderState, OrderType
from argo_core.model.position import AccountSnapshot, Position


class MemoryBroker:
    """Market orders fill whole; limit and stop orders rest until cancelled; a symbol without a price is rejected."""

    def __init__(self, cash: float, prices: Mapping[str, float], now: Callable[[], datetime]) -> None:
        self._cash, self._prices, self._now = cash, dict(prices), now
        self._orders: dict[str, Order] = {}

    async def submit(self, intent: OrderIntent) -> Order:
        known = self._orders.get(intent.client_order_id)
        if known is not None:
            return known
        order = self._answer(intent)
        self._orders[intent.client_order_id] = order
        return order

    async def cancel(self, client_order_id: str) -> Order:
        order = self._orders[client_order_id]
        if order.state is OrderState.ACCEPTED:
            order = msgspec.structs.replace(order, state=OrderState.CANCELLED, updated_at=self._now())
            self._orders[client_order_id] = order
        return order

    async def order(self, client_order_id: str) -> Order | None:
        return self._orders.get(client_order_id)

    async def snapshot(self) -> AccountSnapshot:
        positions = self._positions()
        worth = sum(position.quantity * position.market_price for position in positions)
        cash = self._cash - sum(
            _signed(order.intent, fill.quantity) * fill.price + fill.fee
            for order in self._orders.values()
            for fill in order.fills
        )
        return AccountSnapshot(
            account_number="MEMORY",
            simulated=True,
            equity=cash + worth,
            cash=cash,
            buying_power=max(cash, 0.0),
            trading_blocked=False,
            taken_at=self._now(),
            positions=positions,
            open_orders=tuple(order for order in self._orders.values() if order.state is OrderState.ACCEPTED),
        )

    def _answer(self, intent: OrderIntent) -> Order:
        price = self._prices.get(intent.symbol)
        state = OrderState.ACCEPTED
        fills: tuple[Fill, ...] = ()
        if price is None:
            state = OrderState.REJECTED
        elif intent.order_type is OrderType.MARKET:
            state = OrderState.FILLED
            number = f"{intent.client_order_id}-1"
            fills = (Fill(execution_id=number, quantity=intent.quantity, price=price, fee=0.0, filled_at=self._now()),)
        reason = "no price for this symbol" if price is None else None
        number = f"M{len(self._orders) + 1}"
        return Order(order_id=number, intent=intent, state=state, updated_at=self._now(), fills=fills, reason=reason)

    def _positions(self) -> tuple[Position, ...]:
        held: dict[str, list[tuple[float, float]]] = {}
        for order in self._orders.values():
            for fill in order.fills:
                held.setdefault(order.intent.symbol, []).append((_signed(order.intent, fill.quantity), fill.price))
        return tuple(
            Position(
                symbol=symbol,
                quantity=sum(quantity for quantity, _ in fills),
                average_price=sum(abs(q) * price for q, price in fills) / sum(abs(q) for q, _ in fills),
                market_price=self._prices[symbol],
            )
            for symbol, fills in held.items()
            if sum(quantity for quantity, _ in fills) != 0
        )


def _signed(intent: OrderIntent, quantity: float) -> float:
    return quantity * int(Direction.of_action(intent.action))
