"""Whether an account on a simulated exchange may and can trade what it asks for. Pure."""

from __future__ import annotations

from argo_core.execution.costs import CostPolicy
from argo_core.execution.exchange_book import ExchangeBook
from argo_core.execution.order_machine import filled_quantity
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.direction import Direction
from argo_core.model.order import Order, OrderIntent

NOTHING_HELD = "nothing is held that it could close"


def fillable(book: ExchangeBook, order: Order) -> float:
    """What is left of the order, or less where it only reduces and less of the opposite position is held; ≥ 0."""
    intent = order.intent
    left = intent.quantity - filled_quantity(order.fills) if order.fills else intent.quantity
    return min(left, closable(book, intent)) if intent.reduce_only else left


def closable(book: ExchangeBook, intent: OrderIntent) -> float:
    """Units ≥ 0 of the position that this order could close."""
    return max(-int(Direction.of_action(intent.action)) * book.held(intent.symbol), 0.0)


def obstacle(book: ExchangeBook, intent: OrderIntent, quantity: float, price: float, costs: CostPolicy) -> str | None:
    """Why so many units cannot be traded around `price`, None where they can. There is no leverage."""
    if intent.reduce_only:
        return None if closable(book, intent) > 0 else NOTHING_HELD
    side, held = int(Direction.of_action(intent.action)), book.held(intent.symbol)
    opening = max(side * held + quantity, 0.0) - max(side * held, 0.0)
    if side < 0 and opening > 0 and asset_type_of(intent.symbol) is AssetType.CRYPTO:
        return "crypto cannot be sold short"
    equity, gross = book.worth()
    released = min(max(-side * held, 0.0), quantity) * price
    slipped = costs.slipped(price, side)
    cost = opening * slipped + costs.fee(quantity, slipped)
    return "buying power is not enough" if cost > equity - gross + released else None
