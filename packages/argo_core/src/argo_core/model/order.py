"""Orders and fills, in our words rather than a venue's."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec


class OrderType(enum.StrEnum):
    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"


class OrderState(enum.StrEnum):
    """`DENIED` is our refusal, `REJECTED` the venue's; `UNKNOWN` an answer that must be asked for again."""

    INTENDED = "intended"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    DENIED = "denied"


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A price (> 0, quote currency) and the market time at which it was known."""

    price: float
    as_of: datetime


class OrderIntent(msgspec.Struct, frozen=True, kw_only=True):
    """What an executor wants. `client_order_id` derives from (executor, signal_id): no intent orders twice.

    `quantity` > 0 in units of the asset; prices > 0; `take_profit_price` and `stop_loss_price` make a bracket.
    `reduce_only` closes at most what is held and never opens the other side. `decided_on` is the market at the
    decision: a simulated exchange fills at it where it has seen nothing newer, and lets no earlier bar fill the order.
    """

    client_order_id: str
    signal_id: str
    symbol: str
    action: str
    quantity: float
    order_type: OrderType = OrderType.MARKET
    limit_price: float | None = None
    stop_price: float | None = None
    take_profit_price: float | None = None
    stop_loss_price: float | None = None
    reduce_only: bool = False
    decided_on: Quote | None = None


class Fill(msgspec.Struct, frozen=True, kw_only=True):
    """One execution. `fee` ≥ 0 in quote currency; `execution_id` is unique at the venue."""

    execution_id: str
    quantity: float
    price: float
    fee: float
    filled_at: datetime


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order as last known, with its fills oldest first."""

    order_id: str
    intent: OrderIntent
    state: OrderState
    updated_at: datetime
    fills: tuple[Fill, ...] = ()
    reason: str | None = None
