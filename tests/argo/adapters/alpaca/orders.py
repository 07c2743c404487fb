"""Intents of these tests."""

from __future__ import annotations

from typing import Any

from argo_core.model.order import OrderIntent, OrderType


def intent(client_order_id: str = "argo-s1", **changes: Any) -> OrderIntent:
    """Buy ten AAPL at once, unless said otherwise."""
    given: dict[str, Any] = {"signal_id": "s1", "symbol": "AAPL", "action": "BUY", "quantity": 10.0, **changes}
    return OrderIntent(client_order_id=client_order_id, **given)


def bracket(client_order_id: str = "argo-s1", **changes: Any) -> OrderIntent:
    """The same with a target at 110 and a stop at 95."""
    return intent(client_order_id, **{"take_profit_price": 110.0, "stop_loss_price": 95.0, **changes})


def limit(client_order_id: str = "argo-s1", price: float = 90.0, **changes: Any) -> OrderIntent:
    """An order that rests below the market."""
    return intent(client_order_id, **{"order_type": OrderType.LIMIT, "limit_price": price, **changes})


def close(client_order_id: str = "argo-s2-close", **changes: Any) -> OrderIntent:
    """Sell what is held, at once."""
    given = {"signal_id": "s2", "action": "SELL", "reduce_only": True, **changes}
    return intent(client_order_id, **given)
