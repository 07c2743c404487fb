"""What an account made of a signal: a finished trade as the provider's executor reports it, and as it is stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from alpine_core.model.receipt import ReceiptStatus
from alpine_core.model.seal import OutcomeSeal

LARGEST = 2**53 - 1
TradeId = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9._:-]{1,160}$")]
Figure = Annotated[float, msgspec.Meta(gt=0, le=LARGEST)]
Percent = Annotated[float, msgspec.Meta(ge=-LARGEST, le=LARGEST)]
Moment = Annotated[str, msgspec.Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{6}Z$")]


class RealisedTrade(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One finished trade: exactly the members that the log commits to, by the SHA-256 of their RFC 8785 text.

    `of` is the leaf of its signal, None where that is in no log. Prices are means weighted by quantity, `fees` those of
    entry and exit together, in quote currency; percentages are of the entry's worth, before and after fees. Times are
    those of the venue, UTC.
    """

    trade_id: TradeId
    signal_id: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9._:-]{1,64}$")]
    of: Annotated[int, msgspec.Meta(ge=0, le=LARGEST)] | None
    executor_id: TradeId
    mode: Literal["simulated", "paper", "live", "prop"]
    symbol: Annotated[str, msgspec.Meta(pattern="^[A-Z0-9][A-Z0-9._:/^=-]{0,31}$")]
    action: Literal["BUY", "SELL"]
    quantity: Figure
    entry_price: Figure
    exit_price: Figure
    fees: Annotated[float, msgspec.Meta(ge=0, le=LARGEST)]
    gross_pct: Percent
    net_pct: Percent
    exit: Annotated[str, msgspec.Meta(pattern="^[a-z_]{1,32}$")]
    opened_at: Moment
    closed_at: Moment
    v: Literal[1]


class PlacedRealised(msgspec.Struct, frozen=True):
    """A trade that may be stored, with its own place: `seal` was proven for this very statement, or is None."""

    trade: RealisedTrade
    seal: OutcomeSeal | None


class StoredRealised(msgspec.Struct, frozen=True, kw_only=True):
    """`seal`: the entry that commits to the trade, None for a trade of a signal in no log. `recorded_at` aware UTC."""

    trade: RealisedTrade
    seal: OutcomeSeal | None
    recorded_at: datetime


class RealisedReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider is told of one trade; members as in `Receipt`. `trade_id` is empty if it could not be read."""

    trade_id: str
    status: ReceiptStatus
    code: str | None = None
    message: str | None = None


def contradicting(receipts: Iterable[RealisedReceipt]) -> tuple[RealisedReceipt, ...]:
    """Those whose trade contradicts what is stored: each has raised an alarm."""
    return tuple(receipt for receipt in receipts if receipt.status is ReceiptStatus.CONFLICT)


class RealisedFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The disclosed trades of one executor on one kind of account: how many, and their mean net result in per cent.

    `low` and `high` are the 95 % interval of the mean by the normal approximation, None for fewer than 30 trades.
    """

    executor_id: str
    mode: str
    trades: int
    mean_net_pct: float
    low: float | None
    high: float | None


class RealisedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A stored row for looking it over; columns as they stand, whatever they hold. `number` counts from 1."""

    number: int
    trade_id: str
    signal_id: str
    executor_id: str
    mode: str
    net_pct: float
    statement: str
    origin: str | None
    leaf_index: int | None
    entry: str | None
    place: int | None
