"""Signals and bars for the simulator's tests. Not the product's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from alpine_core.model import Mark
from alpine_core.simulator import Ending, RecordedSignal

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def signal_of(number: int = 1, **changed: Any) -> RecordedSignal:
    """Buys at 100 with the target at 110 and the stop at 95, issued at START; open."""
    known = RecordedSignal(
        cursor=number,
        signal_id=f"SIG-{number}",
        symbol="AAPL",
        is_long=True,
        entry_price=100.0,
        target_price=110.0,
        stop_price=95.0,
        confidence=90.0,
        at=START,
        ending=None,
    )
    return msgspec.structs.replace(known, **changed)


def ended(result: str = "target", price: float | None = 110.0, hours: float = 5) -> Ending:
    """So many hours after START."""
    return Ending(result=result, price=price, at=START + HOUR * hours)


def bar_of(hours: float, *prices: float, symbol: str = "AAPL", timeframe: str = "1h") -> Mark:
    """`prices`: open, high, low, close; one stands for all."""
    first, high, low, close = prices if len(prices) == 4 else prices * 4
    return Mark(
        symbol=symbol,
        timeframe=timeframe,
        start=START + HOUR * hours,
        open=first,
        high=high,
        low=low,
        close=close,
        volume=1.0,
    )
