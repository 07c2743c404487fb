"""From an allowed change of position to the orders that bring it about."""

from __future__ import annotations

from argo_core.execution.exposure import Exposure
from argo_core.execution.order_ids import CLOSING, client_order_id, related_order_id
from argo_core.model.order import OrderIntent, Quote
from argo_core.model.signal import Signal


def intents_of(executor_id: str, signal: Signal, exposure: Exposure, quote: Quote) -> tuple[OrderIntent, ...]:
    """The closing first (a market order that can only reduce), then the opening: a market order with the signal's stop
    and target as its bracket. Empty where there is nothing to do."""
    own_id = client_order_id(executor_id, signal.signal_id)
    intents: list[OrderIntent] = []
    if exposure.closing > 0:
        intents.append(
            OrderIntent(
                client_order_id=related_order_id(own_id, CLOSING),
                signal_id=signal.signal_id,
                symbol=signal.symbol,
                action=signal.action,
                quantity=exposure.closing,
                reduce_only=True,
                decided_on=quote,
            )
        )
    if exposure.opening > 0:
        intents.append(
            OrderIntent(
                client_order_id=own_id,
                signal_id=signal.signal_id,
                symbol=signal.symbol,
                action=signal.action,
                quantity=exposure.opening,
                take_profit_price=signal.target_price,
                stop_loss_price=signal.stop_price,
                decided_on=quote,
            )
        )
    return tuple(intents)
