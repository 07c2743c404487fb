"""One exit cancels the other where the venue cannot: the stop rests there as a stop-limit, the target is watched here.

When the market reaches the target the stop is cancelled, that is waited for, and what is held is sold. A crash between
leaves a position without a stop: the next check finds it, and sells or protects it, as the market then is.
"""

from __future__ import annotations

import msgspec

from argo_core.execution.protective_price import fine
from argo_core.execution.protective_steps import ProtectionRules
from argo_core.model.asset import asset_type_of
from argo_core.model.direction import Direction
from argo_core.model.order import Order, OrderIntent, OrderType, Quote


def is_local(symbol: str, rules: ProtectionRules) -> bool:
    """True where the venue knows no bracket for this symbol."""
    return asset_type_of(symbol).value in rules.local_oco


def as_placed(intent: OrderIntent, rules: ProtectionRules) -> OrderIntent:
    """The entry as such a venue can take it, without its exits; any other intent as it is."""
    if intent.reduce_only or not is_local(intent.symbol, rules):
        return intent
    return msgspec.structs.replace(intent, take_profit_price=None, stop_loss_price=None)


def touched(
    symbol: str, quantity: float, entry: OrderIntent | None, mark: Quote | None, rules: ProtectionRules
) -> Quote | None:
    """The mark that has reached the target of a position that is watched here; None otherwise. `quantity` is signed."""
    if entry is None or entry.take_profit_price is None or mark is None or not is_local(symbol, rules):
        return None
    side = 1 if quantity > 0 else -1
    return mark if side * (mark.price - entry.take_profit_price) >= 0 else None


def run_through(order: Order, mark: Quote | None) -> bool:
    """True where the market has gone beyond the limit of a resting stop-limit: it protects nothing any more."""
    intent = order.intent
    if intent.order_type is not OrderType.STOP_LIMIT or intent.limit_price is None or mark is None:
        return False
    return int(Direction.of_action(intent.action)) * (mark.price - intent.limit_price) > 0


def stop_limit(exit_intent: OrderIntent, stop: float, rules: ProtectionRules) -> OrderIntent:
    """The resting half of an exit: sells (or buys) from the stop on, and not beyond `stop_limit_pct` of it."""
    side = 1 if exit_intent.action == "BUY" else -1
    limit = stop * (1.0 + side * rules.stop_limit_pct / 100.0)
    return msgspec.structs.replace(
        exit_intent,
        order_type=OrderType.STOP_LIMIT,
        stop_price=stop,
        limit_price=fine(limit),
    )
