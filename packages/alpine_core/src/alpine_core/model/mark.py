"""Prices that the provider sends beside its signals, for charts. Not covered by any proof."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One bar: `start` is aware UTC; prices are positive and finite, `volume` is not negative."""

    symbol: str
    timeframe: str
    start: datetime
    open: float
    high: float
    low: float
    close: float
    volume: float


class MarkSeries(msgspec.Struct, frozen=True, kw_only=True):
    """Bars of one symbol, timeframe and origin, oldest first. `origin` names where the provider has them from."""

    symbol: str
    timeframe: str
    origin: str
    marks: tuple[Mark, ...]


class MarkReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the bars of one message. A bar that is known stands: equal is a duplicate, else a conflict."""

    stored: int
    duplicates: int
    conflicts: int
