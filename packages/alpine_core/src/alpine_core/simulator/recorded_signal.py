"""What the simulator knows of a signal: the signed fields, when it was issued, and how it ended."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """The published outcome. `result`: target, stop, expired, cancelled or manual. `at` aware UTC."""

    result: str
    price: float | None
    at: datetime


class RecordedSignal(msgspec.Struct, frozen=True, kw_only=True):
    """`cursor` is its place in the record, unique. `is_long`: it buys. Prices positive and finite, `at` aware UTC.

    `at` is the moment of the market that it speaks about. `ending` is None while the record has no outcome.
    """

    cursor: int
    signal_id: str
    symbol: str
    is_long: bool
    entry_price: float
    target_price: float | None
    stop_price: float | None
    confidence: float
    at: datetime
    ending: Ending | None
