"""That a subscriber's live reader has had a signal, and how long it took."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from alpine_core.model.tier import Tier


class DeliveryReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """One for each account and signal: of what came first, which was the seal where `sealed`.

    `live`: the reader was listening when the signal was stored; what it caught up with says nothing about latency.
    `received_at` lies between storing and acknowledging, by this server's clock (aware UTC). `from_generation_ms` is
    since the signal's own time, by the clocks of two machines and at least 0: None where the signal was made from
    recorded history. `from_ingest_ms`, at least 0, is since the signal was stored here.
    """

    account_id: str
    alpine_signal_id: int
    tier: Tier
    sealed: bool
    live: bool
    received_at: datetime
    from_generation_ms: float | None
    from_ingest_ms: float


class LatencyStart(StrEnum):
    """From when on a latency counts."""

    GENERATION = "generation"
    INGEST = "ingest"


class Latency(msgspec.Struct, frozen=True, kw_only=True):
    """Percentiles of `count` live receipts (from 1) by nearest rank: the smallest latency that at least so many per
    cent do not exceed. Milliseconds."""

    tier: Tier
    start: LatencyStart
    count: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
