"""Receipts of live readers, as many as one account may send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from alpine_core.feed import ReceiptBook
from alpine_core.model import Account, Latency
from alpine_core.wire.receipts import ReceiptReport
from alpine_web.rate import RateLimit


@dataclass(frozen=True, slots=True)
class Receipts:
    """The book, and how often an account may write into it."""

    book: ReceiptBook
    rate: RateLimit

    async def take(self, account: Account, report: ReceiptReport) -> None:
        """Note what the account's reader has had. Raises Refused 429, StoreError."""
        self.rate.take(account.account_id)
        await self.book.take(account, report)

    async def flush(self) -> int:
        """Keep what waits; how many that were. Raises StoreError."""
        return await self.book.flush()

    async def latencies(self, within: timedelta) -> tuple[Latency, ...]:
        """Percentiles by tier over what was received within this time until now. Raises StoreError."""
        return await self.book.latencies(within)
