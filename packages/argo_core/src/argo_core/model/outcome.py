"""What became of a signal: a record of its own, appended later."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec


class Result(enum.StrEnum):
    """The finer reason. CANCELLED: superseded by a signal of the other direction."""

    TARGET = "target"
    STOP = "stop"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Outcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """`outcome` is `win`, `loss` or `expired`; `profit_loss_pct` the gross result in percent for the side taken.

    `net_pct` is the gross result less the stated costs of a round trip, None where none are stated. `exit_at` is
    market time. A cancelled signal counts as expired at the price of the signal that replaced it.
    """

    signal_id: str
    symbol: str
    signal_timestamp: str
    outcome: str
    result: Result
    exit_price: float
    exit_at: datetime
    profit_loss_pct: float
    net_pct: float | None = None
