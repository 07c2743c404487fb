"""Entries that are decided and that no venue shows yet: the next decision counts them as though they rested. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from argo_core.model.order import Order, OrderIntent, OrderState
from argo_core.model.position import AccountSnapshot


def with_waiting(account: AccountSnapshot, waiting: Iterable[OrderIntent]) -> AccountSnapshot:
    """The account with these intents, but for those that only reduce, among its open orders, and without the buying
    power that they will take. One that the venue shows already is counted once."""
    shown = {order.intent.client_order_id for order in account.open_orders}
    entries = [one for one in waiting if not one.reduce_only and one.client_order_id not in shown]
    if not entries:
        return account
    orders = tuple(
        Order(order_id=one.client_order_id, intent=one, state=OrderState.INTENDED, updated_at=account.taken_at)
        for one in entries
    )
    return msgspec.structs.replace(
        account,
        open_orders=(*account.open_orders, *orders),
        buying_power=max(account.buying_power - sum(map(_cost, entries)), 0.0),
    )


def _cost(intent: OrderIntent) -> float:
    """In quote currency; 0 where no price is known, which the other measures count as everything."""
    price = intent.limit_price
    if price is None and intent.decided_on is not None:
        price = intent.decided_on.price
    return 0.0 if price is None else intent.quantity * price
