"""A signal and bars for outcome tests: a long entered at 100, stop 97, target 106, alive for five days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np

from argo_core.model.bars import Bars
from argo_core.model.signal import Signal

ENTRY_AT = datetime(2026, 1, 5, 21, 0, tzinfo=UTC)
LONG = Signal(
    signal_id="SIG-L",
    symbol="AAPL",
    action="BUY",
    entry_price=100.0,
    target_price=106.0,
    stop_price=97.0,
    confidence=80.0,
    strategy="weighted_consensus_v6",
    timestamp="2026-11-21T04:00:00.000000Z",
    as_of=ENTRY_AT,
    asset_type="equity",
    data_source="replay",
    regime="BULL",
    reasoning="a reason of at least twenty characters",
    horizon_at=ENTRY_AT + timedelta(days=5),
)
SHORT = msgspec.structs.replace(LONG, signal_id="SIG-S", action="SELL", target_price=94.0, stop_price=103.0)


def days_after(*rows: tuple[float, float, float, float]) -> Bars:
    """Daily bars (open, high, low, close); the first one ends exactly at the entry, the next start there."""
    entry_bar = (100.0, 101.0, 99.0, 100.0)
    table = np.array([entry_bar, *rows]).T
    first = np.datetime64(ENTRY_AT.replace(tzinfo=None), "us") - np.timedelta64(1, "D")
    start = first + np.arange(table.shape[1]) * np.timedelta64(1, "D")
    return Bars.of("AAPL", "1Day", start, np.vstack([table, np.ones(table.shape[1])]))


def after_days(count: int) -> datetime:
    return ENTRY_AT + timedelta(days=count)
