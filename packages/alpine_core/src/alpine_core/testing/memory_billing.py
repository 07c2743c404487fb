"""What is kept of payments, until the process ends."""

from __future__ import annotations

from datetime import datetime

from alpine_core.model.account_change import PutSubscription
from alpine_core.model.billing import ENDED, BillingBook, PaidInvoice


class MemoryBilling:
    """`ports.BillingShelf` in dicts; `MemoryAccountActs` writes into it."""

    def __init__(self) -> None:
        self.books: dict[str, BillingBook] = {}
        self.paid: dict[str, tuple[str, PaidInvoice]] = {}
        self.notices: set[str] = set()

    async def book(self, account_id: str) -> BillingBook:
        return self.books.get(account_id, BillingBook(account_id=account_id))

    async def taken(self, notice_id: str) -> bool:
        return notice_id in self.notices

    async def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        found = [
            one
            for book in self.books.values()
            for one in book.subscriptions
            if one.state not in ENDED
            and (one.failed_at is not None or any(at is not None and at < now for at in (one.period_end, one.next_at)))
        ]
        return tuple(one.subscription_id for one in sorted(found, key=lambda one: (one.seen_at, one.subscription_id)))[
            :limit
        ]

    async def invoices(self, account_id: str, limit: int) -> tuple[PaidInvoice, ...]:
        own = [invoice for whose, invoice in self.paid.values() if whose == account_id]
        return tuple(sorted(own, key=lambda one: (-one.paid_at.timestamp(), one.invoice_id)))[:limit]

    def version(self, account_id: str) -> int:
        """Of the account's book."""
        return self.books[account_id].version if account_id in self.books else 0

    def put(self, one: PutSubscription) -> None:
        """Keep it; that it may be kept is decided before."""
        before = self.books.get(one.account_id, BillingBook(account_id=one.account_id))
        kept = {each.subscription_id: each for each in before.subscriptions}
        kept[one.subscription.subscription_id] = one.subscription
        self.books[one.account_id] = BillingBook(
            account_id=one.account_id,
            version=one.version + 1,
            customer_id=one.customer_id,
            subscriptions=tuple(kept[name] for name in sorted(kept)),
        )
        if one.invoice is not None:
            self.paid.setdefault(one.invoice.invoice_id, (one.account_id, one.invoice))
