"""Orders and fills, in our words rather than a venue's."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec


class OrderType(enum.StrEnum):
    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"


class OrderClass(enum.StrEnum):
    """How many orders an intent is: with one protective price an OTO, with two a bracket, two exits an OCO."""

    SIMPLE = "simple"
    BRACKET = "bracket"
    OTO = "oto"
    OCO = "oco"


class OrderState(enum.StrEnum):
    """`DENIED` is our refusal, `REJECTED` the venue's; `UNKNOWN` an answer that must be asked for again. A `HELD` leg
    waits for its entry and protects nothing yet."""

    INTENDED = "intended"
    UNKNOWN = "unknown"
    HELD = "held"
    ACCEPTED = "accepted"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    DENIED = "denied"


class Quote(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A price (> 0, quote currency) and the market time at which it was known."""

    price: float
    as_of: datetime


class OrderIntent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
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

    @property
    def order_class(self) -> OrderClass:
        """Exits that reduce and bear both prices are an OCO; an entry is a bracket, an OTO or simple."""
        exits = (self.take_profit_price is not None) + (self.stop_loss_price is not None)
        if self.reduce_only:
            return OrderClass.OCO if exits == 2 else OrderClass.SIMPLE
        return (OrderClass.SIMPLE, OrderClass.OTO, OrderClass.BRACKET)[exits]


class Fill(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One execution. `fee` ≥ 0 in quote currency; `execution_id` is unique at the venue."""

    execution_id: str
    quantity: float
    price: float
    fee: float
    filled_at: datetime


class Order(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An order as last known, with its fills oldest first."""

    order_id: str
    intent: OrderIntent
    state: OrderState
    updated_at: datetime
    fills: tuple[Fill, ...] = ()
    reason: str | None = None
