"""Delivery receipts that end with the process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alpine_core.model.delivery_receipt import DeliveryReceipt, Latency, LatencyStart
from alpine_core.model.tier import Tier


class MemoryReceipts:
    """`ports.ReceiptStore` in a dict."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, int], DeliveryReceipt] = {}

    async def keep(self, receipts: Sequence[DeliveryReceipt]) -> None:
        for receipt in receipts:
            self.kept.setdefault((receipt.account_id, receipt.alpine_signal_id), receipt)

    async def latencies(self, since: datetime) -> tuple[Latency, ...]:
        found = []
        for tier in Tier:
            live = [one for one in self.kept.values() if one.live and one.tier is tier and one.received_at >= since]
            generated = sorted(one.from_generation_ms for one in live if one.from_generation_ms is not None)
            stored = sorted(one.from_ingest_ms for one in live)
            for start, values in ((LatencyStart.GENERATION, generated), (LatencyStart.INGEST, stored)):
                if values:
                    found.append(_latency(tier, start, values))
        return tuple(found)

    async def of_account(self, account_id: str, beyond: int, limit: int) -> tuple[DeliveryReceipt, ...]:
        own = [one for one in self.kept.values() if one.account_id == account_id and one.alpine_signal_id > beyond]
        return tuple(sorted(own, key=lambda one: one.alpine_signal_id)[:limit])

    async def forget(self, account_id: str) -> int:
        own = [key for key in self.kept if key[0] == account_id]
        for key in own:
            del self.kept[key]
        return len(own)


def _latency(tier: Tier, start: LatencyStart, values: Sequence[float]) -> Latency:
    at = [values[-(-len(values) * percent // 100) - 1] for percent in (50, 95, 99)]
    return Latency(tier=tier, start=start, count=len(values), p50_ms=at[0], p95_ms=at[1], p99_ms=at[2])
