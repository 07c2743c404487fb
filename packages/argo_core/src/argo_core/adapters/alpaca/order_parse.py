"""Alpaca's order rows as values of ours. Unknown fields are passed over, unknown states are live ones.

Source: the schema Order of Alpaca's Trading API, and its description of the life of an order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

import msgspec

from argo_core.adapters.alpaca.symbol_forms import from_alpaca
from argo_core.errors import DataError
from argo_core.model.order import OrderState, OrderType

_T = TypeVar("_T")

HELD, REPLACED = "held", "replaced"
TAKE_PROFIT, STOP_LOSS = "take_profit", "stop_loss"
_ENDED = {
    "filled": OrderState.FILLED,
    "canceled": OrderState.CANCELLED,
    REPLACED: OrderState.CANCELLED,
    "expired": OrderState.EXPIRED,
    "rejected": OrderState.REJECTED,
}
_LIVE = frozenset(
    "new accepted pending_new accepted_for_bidding partially_filled pending_cancel pending_replace pending_review "
    "done_for_day stopped suspended calculated held".split()
)
_TYPES = {"trailing_stop": OrderType.STOP, **{kind.value: kind for kind in OrderType}}


class _Row(msgspec.Struct):
    id: str
    client_order_id: str
    symbol: str
    side: str
    status: str
    asset_class: str | None = None
    qty: str | None = None
    notional: str | None = None
    filled_qty: str | None = None
    filled_avg_price: str | None = None
    type: str | None = None
    order_type: str | None = None
    order_class: str | None = None
    limit_price: str | None = None
    stop_price: str | None = None
    updated_at: datetime | None = None
    created_at: datetime | None = None
    filled_at: datetime | None = None
    group_id: str | None = None
    group_role: str | None = None
    replaces: str | None = None
    replaced_by: str | None = None
    legs: list[_Row] | None = None


class VenueOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order as Alpaca tells it. `quantity` None for an order in dollars; `filled` ≥ 0 and `average_price` over all
    that was filled; `state` without regard to its group; `known` is False for a status that nobody described.
    `updated_at` is the venue's time, `received_at` ours."""

    order_id: str
    client_order_id: str
    symbol: str
    action: str
    order_type: OrderType
    status: str
    known: bool
    state: OrderState
    quantity: Decimal | None
    filled: Decimal
    average_price: Decimal | None
    limit_price: Decimal | None
    stop_price: Decimal | None
    order_class: str
    updated_at: datetime
    received_at: datetime
    filled_at: datetime | None = None
    group_id: str | None = None
    group_role: str | None = None
    replaces: str | None = None
    replaced_by: str | None = None
    legs: tuple[VenueOrder, ...] = ()

    @property
    def ended(self) -> bool:
        """True once nothing can become of it any more."""
        return self.status in _ENDED

    @property
    def left(self) -> Decimal:
        """What is not filled yet; 0 for an order in dollars."""
        return Decimal(0) if self.quantity is None else max(self.quantity - self.filled, Decimal(0))


def parse_order(body: bytes, received_at: datetime) -> VenueOrder:
    """One order. Raises DataError `bad_order` for anything else."""
    return _order(_decoded(body, _Row), received_at)


def parse_orders(body: bytes, received_at: datetime) -> tuple[VenueOrder, ...]:
    """A list of orders. Raises DataError `bad_order`."""
    return tuple(_order(row, received_at) for row in _decoded(body, list[_Row]))


def flattened(orders: Iterable[VenueOrder]) -> Iterator[VenueOrder]:
    """Each order, then its legs."""
    for order in orders:
        yield order
        yield from order.legs


def decimal_from(text: str | None) -> Decimal | None:
    """A finite decimal from a string. Raises DataError `bad_number`."""
    if text is None:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise DataError("bad_number", f"the venue sent {text[:40]!r} for a number: ask again later") from error
    if not value.is_finite():
        raise DataError("bad_number", f"the venue sent {text[:40]!r} for a number: ask again later")
    return value


def _decoded(body: bytes, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError("bad_order", "the venue's answer is not the order asked for: ask again") from error


def _order(row: _Row, received_at: datetime) -> VenueOrder:
    filled, quantity = decimal_from(row.filled_qty) or Decimal(0), decimal_from(row.qty)
    if row.side not in ("buy", "sell"):
        raise DataError("bad_order", f"the venue names {row.side[:20]!r} as the side of an order: update the adapter")
    return VenueOrder(
        order_id=row.id,
        client_order_id=row.client_order_id,
        symbol=from_alpaca(row.symbol, row.asset_class),
        action=row.side.upper(),
        order_type=_TYPES.get(row.type or row.order_type or "", OrderType.MARKET),
        status=row.status,
        known=row.status in _ENDED or row.status in _LIVE,
        state=_state(row.status, filled, quantity),
        quantity=quantity,
        filled=filled,
        average_price=decimal_from(row.filled_avg_price),
        limit_price=decimal_from(row.limit_price),
        stop_price=decimal_from(row.stop_price),
        order_class=row.order_class or "simple",
        updated_at=row.updated_at or row.created_at or received_at,
        received_at=received_at,
        filled_at=row.filled_at,
        group_id=row.group_id,
        group_role=row.group_role,
        replaces=row.replaces,
        replaced_by=row.replaced_by,
        legs=tuple(_order(leg, received_at) for leg in row.legs or ()),
    )


def _state(status: str, filled: Decimal, quantity: Decimal | None) -> OrderState:
    if status in _ENDED:
        return _ENDED[status]
    if quantity is not None and filled >= quantity > 0:
        return OrderState.FILLED  # `calculated` and the like: nothing of it is left
    if status == HELD:
        return OrderState.HELD
    return OrderState.PARTIALLY_FILLED if filled > 0 else OrderState.ACCEPTED
