"""What payments hold about somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from alpine_core.billing.billing import Billing
from alpine_core.model.account import Account
from alpine_core.ports.billing_shelf import BillingShelf

_MOST = 100_000


class BillingHolding:
    """`ports.PersonalData`: erasing it cancels what runs. Ids of paid invoices stay, for the books."""

    name = "billing"

    def __init__(self, billing: Billing, shelf: BillingShelf) -> None:
        self._billing, self._shelf = billing, shelf

    async def export(self, account: Account) -> Mapping[str, Any]:
        book = await self._shelf.book(account.account_id)
        invoices = await self._shelf.invoices(account.account_id, _MOST)
        return {
            "customer_id": book.customer_id,
            "subscriptions": msgspec.to_builtins(book.subscriptions),
            "invoices": msgspec.to_builtins(invoices),
        }

    async def erase(self, account: Account) -> None:
        await self._billing.end(account)
