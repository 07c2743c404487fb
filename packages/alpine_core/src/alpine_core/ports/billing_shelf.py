"""Reading what is kept of payments."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from alpine_core.model.billing import BillingBook, PaidInvoice


class BillingShelf(Protocol):
    """Promise: reads see every change that returned before. Raises StoreError."""

    async def book(self, account_id: str) -> BillingBook:
        """An empty one of version 0 where nothing is kept. Subscriptions by their id."""
        ...

    async def taken(self, notice_id: str) -> bool:
        """Whether the notice was dealt with."""
        ...

    async def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Ids of at most `limit` subscriptions that have not ended and should be looked at: a payment is missing, or
        the period or the time before a change ended before `now`. The longest not looked at first."""
        ...

    async def invoices(self, account_id: str, limit: int) -> tuple[PaidInvoice, ...]:
        """The newest first; they stay when the account goes."""
        ...
