"""What everything that is open would lose if each stop were hit."""

from __future__ import annotations

import math
from collections.abc import Mapping

from argo_core.model.direction import Direction
from argo_core.model.order import Order, OrderState, OrderType
from argo_core.model.position import AccountSnapshot, Position

LIVE = frozenset({OrderState.ACCEPTED, OrderState.PARTIALLY_FILLED})
# An order of ours that may still come to rest at the venue: it is counted as though it did.
PENDING = LIVE | {OrderState.INTENDED, OrderState.UNKNOWN}
_STOPS = (OrderType.STOP, OrderType.STOP_LIMIT)
_COVERED = 1.0 - 1e-9


def live_stops(account: AccountSnapshot) -> dict[str, float | None]:
    """Per symbol held, the stop price furthest from the market among the live stops that together cover the whole
    position; None where they do not."""
    return {position.symbol: _stop_of(position, account) for position in account.positions}


def open_risk(account: AccountSnapshot, exit_pct: float) -> float:
    """The loss in quote currency, ≥ 0, from now until every position and every entry that may yet be filled is out at
    its stop, with `exit_pct` of its worth as the cost of each exit. Without a stop the whole worth counts.
    NaN where a price or quantity is."""
    stops = live_stops(account)
    held = sum(_loss(each.quantity, each.market_price, stops[each.symbol], exit_pct) for each in account.positions)
    return held + sum(_entry_loss(order, exit_pct, account) for order in pending_entries(account))


def pending_entries(account: AccountSnapshot) -> tuple[Order, ...]:
    """Orders that may yet open or enlarge a position."""
    return tuple(order for order in account.open_orders if order.state in PENDING and not order.intent.reduce_only)


def pending_quantities(account: AccountSnapshot) -> Mapping[str, float]:
    """Signed units per symbol that entries may yet bring."""
    pending: dict[str, float] = {}
    for order in pending_entries(account):
        signed = remaining(order) * int(Direction.of_action(order.intent.action))
        pending[order.intent.symbol] = pending.get(order.intent.symbol, 0.0) + signed
    return pending


def remaining(order: Order) -> float:
    """Units of an order that are not filled yet, ≥ 0."""
    return max(order.intent.quantity - sum(fill.quantity for fill in order.fills), 0.0)


def stop_loss(units: float, price: float, stop: float | None, direction: int, exit_pct: float) -> float:
    """The loss of so many units (≥ 0) between a price and its stop, with the exit's cost; the whole worth without."""
    worth = units * price
    if stop is None or not stop > 0:
        return worth
    return max(direction * (price - stop), 0.0) * units + worth * exit_pct / 100.0


def _loss(quantity: float, price: float, stop: float | None, exit_pct: float) -> float:
    return stop_loss(abs(quantity), price, stop, 1 if quantity > 0 else -1, exit_pct)


def entry_price(order: Order, account: AccountSnapshot) -> float:
    """What an entry that rests may be filled at; infinite where nothing says it."""
    intent = order.intent
    known = next((each.market_price for each in account.positions if each.symbol == intent.symbol), None)
    quoted = None if intent.decided_on is None else intent.decided_on.price
    prices = (intent.limit_price, intent.stop_price, quoted, known)
    return next((each for each in prices if each is not None), math.inf)


def _entry_loss(order: Order, exit_pct: float, account: AccountSnapshot) -> float:
    intent, direction = order.intent, int(Direction.of_action(order.intent.action))
    price = entry_price(order, account)
    if price == math.inf:
        return math.inf
    return stop_loss(remaining(order), price, intent.stop_loss_price, direction, exit_pct)


def _stop_of(position: Position, account: AccountSnapshot) -> float | None:
    """The worst of the stops that cover the position together."""
    side = -1 if position.quantity > 0 else 1
    prices: list[float] = []
    covered = 0.0
    names = {order.intent.client_order_id for order in account.open_orders}
    for order in account.open_orders:
        intent, price = order.intent, _stop_price(order)
        if price is None or intent.symbol != position.symbol or order.state not in LIVE:
            continue
        if intent.stop_loss_price is not None and f"{intent.client_order_id}-stop" in names:
            continue  # the venue shows this pair of exits leg by leg: its stop is counted there
        if int(Direction.of_action(intent.action)) == side:
            prices.append(price)
            covered += remaining(order)
    if not prices or not covered >= abs(position.quantity) * _COVERED:
        return None
    return min(prices) if position.quantity > 0 else max(prices)


def _stop_price(order: Order) -> float | None:
    intent = order.intent
    if not intent.reduce_only:
        return None
    return intent.stop_price if intent.order_type in _STOPS else intent.stop_loss_price
