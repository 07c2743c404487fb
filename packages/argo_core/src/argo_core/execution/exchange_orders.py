"""How the simulated exchange words what it does to an order."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.execution.costs import CostPolicy
from argo_core.execution.exchange_book import ExchangeBook, LiveOrder
from argo_core.execution.exchange_touch import TRIGGERED
from argo_core.execution.lots import QUANTITY_DECIMALS
from argo_core.execution.order_ids import STOP, TARGET, related_order_id
from argo_core.model.direction import Direction
from argo_core.model.order import Fill, Order, OrderClass, OrderIntent, OrderState, OrderType, Quote
from argo_core.model.order_change import OrderChange


def accepted(book: ExchangeBook, intent: OrderIntent, now: datetime, parent: str | None = None) -> OrderChange:
    """The order has come in and rests."""
    return _placed(book, intent, OrderState.ACCEPTED, now, None, parent)


def waiting(book: ExchangeBook, leg: OrderIntent, now: datetime, parent: str) -> OrderChange:
    """A leg that protects nothing before its entry is filled whole."""
    return _placed(book, leg, OrderState.HELD, now, None, parent)


def rejected(book: ExchangeBook, intent: OrderIntent, now: datetime, reason: str) -> OrderChange:
    """The exchange does not take the order."""
    return _placed(book, intent, OrderState.REJECTED, now, reason, None)


def awake(live: LiveOrder, now: datetime) -> OrderChange:
    """The leg's entry is filled whole: from now on it works."""
    return _changed(live, now, state=OrderState.ACCEPTED)


def triggered(live: LiveOrder, now: datetime) -> OrderChange:
    """The stop price was reached, and nothing could be filled yet."""
    return _changed(live, now, reason=TRIGGERED)


def reduced(live: LiveOrder, quantity: float, now: datetime) -> OrderChange:
    """The order works on so much less, because the other exit of its group was filled in part."""
    left = round(live.order.intent.quantity - quantity, QUANTITY_DECIMALS)
    return _changed(live, now, intent=msgspec.structs.replace(live.order.intent, quantity=left))


def cancelled(live: LiveOrder, now: datetime, reason: str | None) -> OrderChange:
    """The order rests no longer."""
    return _changed(live, now, state=OrderState.CANCELLED, reason=reason)


def filled(
    live: LiveOrder, quantity: float, quote: Quote, costs: CostPolicy, now: datetime, *, whole: bool
) -> OrderChange:
    """`quantity` at the quote's price, which is the taker's or maker's final one; with `whole` the order is done."""
    intent, fills = live.order.intent, live.order.fills
    name = f"{intent.client_order_id}-fill"
    fill = Fill(
        execution_id=f"{name}-{len(fills) + 1}" if fills else name,
        quantity=quantity,
        price=quote.price,
        fee=costs.fee(quantity, quote.price),
        filled_at=quote.as_of,
    )
    state = OrderState.FILLED if whole else OrderState.PARTIALLY_FILLED
    order = msgspec.structs.replace(live.order, state=state, updated_at=now, fills=(*fills, fill))
    return OrderChange(order=order, fill=fill, parent=live.parent)


def protective_legs(entry: OrderIntent, quantity: float) -> tuple[OrderIntent, ...]:
    """Stop and target of an entry, on the other side, for so many units; empty for a plain order and for exits."""
    if entry.reduce_only:
        return ()
    opposite = Direction(-Direction.of_action(entry.action)).action
    prices = ((STOP, OrderType.STOP, entry.stop_loss_price), (TARGET, OrderType.LIMIT, entry.take_profit_price))
    return tuple(_exit(entry, role, kind, price, opposite, quantity) for role, kind, price in prices if price)


def as_target(oco: OrderIntent) -> OrderIntent:
    """An OCO intent as the order that it is: its own target, at its target's price."""
    return msgspec.structs.replace(oco, order_type=OrderType.LIMIT, limit_price=oco.take_profit_price)


def stop_beside(oco: OrderIntent) -> OrderIntent | None:
    """The other exit of an OCO; None for any other order."""
    if oco.order_class is not OrderClass.OCO or oco.stop_loss_price is None:
        return None
    return _exit(oco, STOP, OrderType.STOP, oco.stop_loss_price, oco.action, oco.quantity)


def _exit(
    head: OrderIntent, role: str, kind: OrderType, price: float, action: str, quantity: float
) -> OrderIntent:  # fmt: skip
    return OrderIntent(
        client_order_id=related_order_id(head.client_order_id, role),
        signal_id=head.signal_id,
        symbol=head.symbol,
        action=action,
        quantity=quantity,
        order_type=kind,
        stop_price=price if kind is OrderType.STOP else None,
        limit_price=price if kind is OrderType.LIMIT else None,
        reduce_only=True,
        decided_on=head.decided_on,
    )


def _changed(live: LiveOrder, now: datetime, **changes: object) -> OrderChange:
    order = msgspec.structs.replace(live.order, updated_at=now, **changes)
    return OrderChange(order=order, parent=live.parent)


def _placed(
    book: ExchangeBook, intent: OrderIntent, state: OrderState, now: datetime, reason: str | None, parent: str | None
) -> OrderChange:
    order = Order(order_id=f"SIM-{book.placed + 1}", intent=intent, state=state, updated_at=now, reason=reason)
    return OrderChange(order=order, parent=parent)
