"""Alpaca's positions, executions and assets as values of ours. Unknown fields are passed over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

import msgspec

from argo_core.adapters.alpaca.increments import FRACTION, Tradable
from argo_core.adapters.alpaca.order_parse import decimal_from
from argo_core.adapters.alpaca.symbol_forms import from_alpaca
from argo_core.errors import DataError

_T = TypeVar("_T")


class _PositionRow(msgspec.Struct):
    symbol: str
    qty: str
    asset_class: str | None = None
    side: str | None = None
    qty_available: str | None = None
    avg_entry_price: str | None = None
    current_price: str | None = None


class _ActivityRow(msgspec.Struct):
    id: str
    order_id: str
    qty: str
    price: str
    cum_qty: str
    transaction_time: datetime


class _AssetRow(msgspec.Struct):
    symbol: str
    tradable: bool
    asset_class: str = msgspec.field(name="class", default="us_equity")
    status: str = "active"
    shortable: bool = False
    fractionable: bool = False
    min_order_size: str | None = None
    min_trade_increment: str | None = None
    price_increment: str | None = None


class VenuePosition(msgspec.Struct, frozen=True, kw_only=True):
    """`quantity` and `available` signed, negative for a short; prices > 0. `available` is bound by no order."""

    symbol: str
    quantity: Decimal
    available: Decimal
    average_price: Decimal
    market_price: Decimal


class Execution(msgspec.Struct, frozen=True, kw_only=True):
    """One execution of an order; `cumulative` is what the order had filled with it."""

    execution_id: str
    order_id: str
    quantity: Decimal
    price: Decimal
    cumulative: Decimal
    executed_at: datetime


def parse_positions(body: bytes) -> tuple[VenuePosition, ...]:
    """All positions. Raises DataError `bad_position`."""
    return tuple(_position(row) for row in _decoded(body, list[_PositionRow], "position"))


def parse_position(body: bytes) -> VenuePosition:
    """One position. Raises DataError `bad_position`."""
    return _position(_decoded(body, _PositionRow, "position"))


def parse_executions(body: bytes) -> tuple[Execution, ...]:
    """A page of FILL activities. Raises DataError `bad_activity`."""
    rows = _decoded(body, list[_ActivityRow], "activity")
    return tuple(
        Execution(
            execution_id=row.id,
            order_id=row.order_id,
            quantity=_number(row.qty),
            price=_number(row.price),
            cumulative=_number(row.cum_qty),
            executed_at=row.transaction_time,
        )
        for row in rows
    )


def parse_asset(body: bytes) -> Tradable:
    """What may be traded of an asset, and how finely. Raises DataError `bad_asset`."""
    row = _decoded(body, _AssetRow, "asset")
    return Tradable(
        symbol=from_alpaca(row.symbol, row.asset_class),
        tradable=row.tradable and row.status == "active",
        shortable=row.shortable,
        fractionable=row.fractionable,
        quantity_step=decimal_from(row.min_trade_increment) or FRACTION,
        smallest=decimal_from(row.min_order_size) or Decimal(0),
        price_step=decimal_from(row.price_increment),
    )


def signed_holdings(positions: Iterable[VenuePosition]) -> dict[str, Decimal]:
    """Signed quantity by symbol."""
    return {position.symbol: position.quantity for position in positions}


def _position(row: _PositionRow) -> VenuePosition:
    quantity = _number(row.qty)
    if row.side == "short":
        quantity = -abs(quantity)  # older answers gave the size alone
    available = abs(_number(row.qty_available or row.qty))
    average = _number(row.avg_entry_price or row.current_price)
    return VenuePosition(
        symbol=from_alpaca(row.symbol, row.asset_class),
        quantity=quantity,
        available=available if quantity > 0 else -available,
        average_price=average,
        market_price=decimal_from(row.current_price) or average,
    )


def _number(text: str | None) -> Decimal:
    value = decimal_from(text)
    if value is None:
        raise DataError("bad_number", "the venue left a number out: ask again later")
    return value


def _decoded(body: bytes, kind: type[_T], what: str) -> _T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(f"bad_{what}", f"the venue's answer is not the {what} asked for: ask again") from error
