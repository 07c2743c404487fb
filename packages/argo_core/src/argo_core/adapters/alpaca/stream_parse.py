"""Frames of the trade stream: JSON, in text frames or (on the paper host) in binary ones. Unknown fields pass."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from argo_core.adapters.alpaca.order_parse import VenueOrder, decimal_from, parse_order
from argo_core.errors import DataError

AUTHORIZATION, LISTENING, TRADE_UPDATES = "authorization", "listening", "trade_updates"


class Frame(msgspec.Struct, frozen=True):
    """What kind of frame it is, and its content unread."""

    stream: str
    data: msgspec.Raw


class TradeUpdate(msgspec.Struct, frozen=True, kw_only=True):
    """`event` may be one that nobody described. `price` and `quantity` of a fill, `happened_at` the venue's time."""

    event: str
    order: VenueOrder
    received_at: datetime
    happened_at: datetime | None = None
    execution_id: str | None = None
    price: Decimal | None = None
    quantity: Decimal | None = None


class _Update(msgspec.Struct):
    event: str
    order: msgspec.Raw
    timestamp: datetime | None = None
    execution_id: str | None = None
    price: str | None = None
    qty: str | None = None


def parse_frame(frame: str | bytes) -> Frame:
    """Raises DataError `bad_frame`."""
    parsed: Frame = _decoded(frame, Frame)
    return parsed


def is_authorized(frame: Frame) -> bool:
    """True for the answer that lets us listen."""
    said: dict[str, Any] = _decoded(bytes(frame.data), dict[str, Any])
    return frame.stream == AUTHORIZATION and said.get("status") == "authorized"


def parse_update(frame: Frame, received_at: datetime) -> TradeUpdate:
    """Raises DataError `bad_frame`, `bad_order`, `bad_number`."""
    said = _decoded(bytes(frame.data), _Update)
    return TradeUpdate(
        event=said.event,
        order=parse_order(bytes(said.order), received_at),
        received_at=received_at,
        happened_at=said.timestamp,
        execution_id=said.execution_id,
        price=decimal_from(said.price),
        quantity=decimal_from(said.qty),
    )


def _decoded(body: str | bytes, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError("bad_frame", "the stream sent what is no frame of it: connect again") from error
