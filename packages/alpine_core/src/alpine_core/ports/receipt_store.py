"""Where delivery receipts are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from alpine_core.model.delivery_receipt import DeliveryReceipt, Latency


class ReceiptStore(Protocol):
    """Promise: of each account and signal the first receipt stands, whatever comes later. Raises StoreError."""

    async def keep(self, receipts: Sequence[DeliveryReceipt]) -> None:
        """One transaction. The signals are stored ones."""
        ...

    async def latencies(self, since: datetime) -> tuple[Latency, ...]:
        """Over the live receipts received from `since` on: by tier, for each start of which there are any."""
        ...

    async def of_account(self, account_id: str, beyond: int, limit: int) -> tuple[DeliveryReceipt, ...]:
        """At most `limit` of one account, of signals with larger numbers, ascending."""
        ...

    async def forget(self, account_id: str) -> int:
        """Remove those of one account; how many there were."""
        ...
