"""What a report makes of an order, however often and in whatever order reports arrive. Pure.

An order only goes forward: INTENDED → UNKNOWN → HELD → ACCEPTED → PARTIALLY_FILLED → one end, and an end stays. Fills
are a set by `execution_id`: one that comes late, even after a cancellation, counts, and none counts twice.
"""

from __future__ import annotations

import msgspec

from argo_core.errors import InvariantError
from argo_core.execution.lots import QUANTITY_DECIMALS
from argo_core.model.order import Fill, Order, OrderState

ENDS = frozenset({OrderState.FILLED, OrderState.CANCELLED, OrderState.EXPIRED, OrderState.REJECTED, OrderState.DENIED})
LIVE = frozenset({OrderState.ACCEPTED, OrderState.PARTIALLY_FILLED})
UNRESOLVED = frozenset({OrderState.INTENDED, OrderState.UNKNOWN})
"""Nobody knows whether such an order has arrived: it is asked for again."""
_WAY = (
    OrderState.INTENDED,
    OrderState.UNKNOWN,
    OrderState.HELD,
    OrderState.ACCEPTED,
    OrderState.PARTIALLY_FILLED,
)


def advanced(order: Order, report: Order) -> Order | None:
    """The order after a report of it, None where the report says nothing new.

    Raises InvariantError for a report of another order.
    """
    if report.intent.client_order_id != order.intent.client_order_id:
        raise InvariantError(
            f"a report of {report.intent.client_order_id} was taken for {order.intent.client_order_id}"
        )
    fills, intent = _united(order.fills, report.fills), order.intent
    # A venue may take less than was wanted, and less again where another exit is filled: never more.
    quantity = min(intent.quantity, report.intent.quantity)
    state = _later(order.state, report.state, filled_quantity(fills), quantity)
    ended = state is not order.state and state in ENDS
    after = msgspec.structs.replace(
        order,
        order_id=report.order_id or order.order_id,
        intent=intent if quantity == intent.quantity else msgspec.structs.replace(intent, quantity=quantity),
        state=state,
        fills=fills,
        reason=report.reason if ended else order.reason,
        updated_at=max(order.updated_at, report.updated_at),
    )
    return None if _said(after) == _said(order) else after


def _said(order: Order) -> tuple[OrderState, tuple[Fill, ...], str, float]:
    return order.state, order.fills, order.order_id, order.intent.quantity


def filled_quantity(fills: tuple[Fill, ...]) -> float:
    """What the fills add up to, in units of the asset, ≥ 0."""
    return round(sum([fill.quantity for fill in fills]), QUANTITY_DECIMALS) if fills else 0.0


def remaining(order: Order) -> float:
    """What of a live order can still be filled; 0 for one that is done or protects nothing yet."""
    if order.state not in LIVE:
        return 0.0
    return max(round(order.intent.quantity - filled_quantity(order.fills), QUANTITY_DECIMALS), 0.0)


def _united(known: tuple[Fill, ...], told: tuple[Fill, ...]) -> tuple[Fill, ...]:
    if not told:
        return known
    ids = {fill.execution_id for fill in known}
    new: dict[str, Fill] = {}
    for fill in told:
        if fill.execution_id not in ids:
            new.setdefault(fill.execution_id, fill)
    if not new:
        return known
    return tuple(sorted((*known, *new.values()), key=lambda fill: (fill.filled_at, fill.execution_id)))


def _later(known: OrderState, told: OrderState, filled: float, wanted: float) -> OrderState:
    if known in ENDS:
        return known
    if told in ENDS:
        # A venue cannot have refused what it has filled in part.
        refused = told in (OrderState.REJECTED, OrderState.DENIED)
        begun = filled > 0 or known is OrderState.PARTIALLY_FILLED
        return OrderState.CANCELLED if refused and begun else told
    if filled >= wanted:
        return OrderState.FILLED
    if filled > 0:
        return OrderState.PARTIALLY_FILLED
    return max(known, told, key=_WAY.index)
