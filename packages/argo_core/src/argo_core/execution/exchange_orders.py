"""How the simulated exchange words what it does to an order."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.execution.costs import CostPolicy
from argo_core.execution.exchange_book import ExchangeBook, LiveOrder
from argo_core.execution.order_ids import STOP, TARGET, related_order_id
from argo_core.model.direction import Direction
from argo_core.model.order import Fill, Order, OrderIntent, OrderState, OrderType, Quote
from argo_core.model.order_change import OrderChange


def accepted(book: ExchangeBook, intent: OrderIntent, now: datetime, parent: str | None = None) -> OrderChange:
    """The order has come in and rests."""
    return _placed(book, intent, OrderState.ACCEPTED, now, None, parent)


def rejected(book: ExchangeBook, intent: OrderIntent, now: datetime, reason: str) -> OrderChange:
    """The exchange does not take the order."""
    return _placed(book, intent, OrderState.REJECTED, now, reason, None)


def cancelled(live: LiveOrder, now: datetime, reason: str | None) -> OrderChange:
    """The order rests no longer."""
    order = msgspec.structs.replace(live.order, state=OrderState.CANCELLED, updated_at=now, reason=reason)
    return OrderChange(order=order, parent=live.parent)


def filled(live: LiveOrder, quantity: float, quote: Quote, costs: CostPolicy, now: datetime) -> OrderChange:
    """The order is done: `quantity` at the quote's price, which is the taker's or maker's final one."""
    intent = live.order.intent
    fill = Fill(
        execution_id=f"{intent.client_order_id}-fill",
        quantity=quantity,
        price=quote.price,
        fee=costs.fee(quantity, quote.price),
        filled_at=quote.as_of,
    )
    order = msgspec.structs.replace(live.order, state=OrderState.FILLED, updated_at=now, fills=(fill,))
    return OrderChange(order=order, fill=fill, parent=live.parent)


def protective_legs(entry: OrderChange) -> tuple[OrderIntent, ...]:
    """Stop and target of a filled entry, on the other side, for what was filled; empty for a plain order."""
    intent, fill = entry.order.intent, entry.fill
    if fill is None:
        return ()
    opposite = Direction(-Direction.of_action(intent.action)).action
    prices = ((STOP, OrderType.STOP, intent.stop_loss_price), (TARGET, OrderType.LIMIT, intent.take_profit_price))
    return tuple(
        OrderIntent(
            client_order_id=related_order_id(intent.client_order_id, role),
            signal_id=intent.signal_id,
            symbol=intent.symbol,
            action=opposite,
            quantity=fill.quantity,
            order_type=kind,
            stop_price=price if kind is OrderType.STOP else None,
            limit_price=price if kind is OrderType.LIMIT else None,
            reduce_only=True,
            decided_on=intent.decided_on,
        )
        for role, kind, price in prices
        if price is not None
    )


def _placed(
    book: ExchangeBook, intent: OrderIntent, state: OrderState, now: datetime, reason: str | None, parent: str | None
) -> OrderChange:
    order = Order(order_id=f"SIM-{book.placed + 1}", intent=intent, state=state, updated_at=now, reason=reason)
    return OrderChange(order=order, parent=parent)
