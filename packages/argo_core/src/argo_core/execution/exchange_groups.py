"""What the end of one order on a simulated exchange means for the orders that belong to it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from argo_core.execution.exchange_book import ExchangeBook, LiveOrder
from argo_core.execution.exchange_orders import accepted, awake, cancelled, protective_legs, reduced, waiting
from argo_core.execution.order_machine import filled_quantity
from argo_core.model.order import OrderClass, OrderState
from argo_core.model.order_change import OrderChange


def called_off(book: ExchangeBook, live: LiveOrder, now: datetime, reason: str) -> Iterator[OrderChange]:
    """The order's cancellation; with it the other exit of an OCO, and legs that waited for the order."""
    yield cancelled(live, now, reason)
    name = live.order.intent.client_order_id
    for other in book.live.values():
        if other.order.intent.client_order_id == name:
            continue
        if other.parent == name and other.order.state is OrderState.HELD:
            yield cancelled(other, now, "its entry was cancelled")
        elif _is_oco(book, live) and other.group == live.group:
            yield cancelled(other, now, "the other leg was cancelled")


def followed(book: ExchangeBook, fill: OrderChange, now: datetime) -> Iterator[OrderChange]:
    """What a fill that is in the book already brings to life, and what it leaves less to do or without a purpose."""
    legs = tuple(_legs(book, fill, now))
    yield from legs
    book, intent = book.after(legs), fill.order.intent
    flat = book.held(intent.symbol) == 0
    live = LiveOrder(fill.order, fill.parent)
    for other in book.live.values():
        resting = other.order.intent
        if resting.client_order_id == intent.client_order_id:
            continue
        if live.group is not None and other.group == live.group:
            yield _of_other_exit(other, fill, now)
        elif flat and resting.symbol == intent.symbol and resting.reduce_only and _works(other):
            yield cancelled(other, now, "the position is closed")


def _legs(book: ExchangeBook, fill: OrderChange, now: datetime) -> Iterator[OrderChange]:
    """Legs wait while their entry is filled in part."""
    order, name = fill.order, fill.order.intent.client_order_id
    whole = order.state is OrderState.FILLED
    known = [live for live in book.live.values() if live.parent == name and live.order.state is OrderState.HELD]
    if known:
        yield from (awake(live, now) for live in known if whole)
        return
    if len(order.fills) > 1:
        return  # its legs were called off one by one: what was called off does not come back
    quantity = filled_quantity(order.fills) if whole else order.intent.quantity
    for leg in protective_legs(order.intent, quantity):
        change = accepted(book, leg, now, parent=name) if whole else waiting(book, leg, now, name)
        book = book.after((change,))
        yield change


def _of_other_exit(other: LiveOrder, fill: OrderChange, now: datetime) -> OrderChange:
    done = 0.0 if fill.fill is None else fill.fill.quantity
    left = other.order.intent.quantity - filled_quantity(other.order.fills)
    if fill.order.state is OrderState.FILLED or done >= left:
        return cancelled(other, now, "the other leg was filled")
    return reduced(other, done, now)


def _works(live: LiveOrder) -> bool:
    return live.order.state is not OrderState.HELD


def _is_oco(book: ExchangeBook, live: LiveOrder) -> bool:
    head = book.live.get(live.group or "")
    return head is not None and head.order.intent.order_class is OrderClass.OCO
