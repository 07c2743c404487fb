"""Who takes the money."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from alpine_core.model.billing import CheckoutOrder, PaymentNotice, SeenSubscription
from alpine_core.model.tier import Tier


class PaymentHouse(Protocol):
    """Promise: every answer is what the house says now, never what it said before; asking again changes nothing more.

    Raises PaymentAway if the house does not answer or refuses.
    """

    @property
    def sold(self) -> frozenset[Tier]:
        """The tiers that have a price there."""
        ...

    async def checkout(self, order: CheckoutOrder) -> str:
        """The address of a page of the house where the order is paid.

        Raises AccountRefused `price_differs` unless the house charges exactly what the order says.
        """
        ...

    async def portal(self, customer_id: str, return_url: str) -> str:
        """The address of a page of the house for cards, invoices and changes of the customer's."""
        ...

    async def subscription(self, subscription_id: str) -> SeenSubscription | None:
        """The subscription as it is; None for one that the house does not know."""
        ...

    async def cancel(self, subscription_id: str) -> None:
        """End it at once; one that has ended or is not known changes nothing."""
        ...


class PaymentNotices(Protocol):
    """Promise: nothing is believed that the house did not sign for us at about `now`."""

    def read(self, body: bytes, signature: str, now: datetime) -> PaymentNotice:
        """Raises SenderError: `bad_signature`, `stale_signature`, or `bad_notice` for a body that cannot be read."""
        ...
