"""Where calls of webhooks wait until they are made, and are listed."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from alpine_core.model.webhook import DeliveryEnd, DeliveryState, DueDelivery, WebhookDelivery


class DeliveryQueue(Protocol):
    """Promise: what was queued is delivered, or listed as dead, whatever ends the process. Raises StoreError."""

    async def queue(self, delivery: WebhookDelivery) -> bool:
        """False if the endpoint is gone or not the account's."""
        ...

    async def claim(self, now: datetime, until: datetime) -> DueDelivery | None:
        """What has been due longest, for one attempt: it counts, and nobody else gets it, nor anything else for the
        same endpoint, before `until` or its end."""
        ...

    async def end(self, delivery_id: str, end: DeliveryEnd) -> None: ...


class DeliveryShelf(Protocol):
    """Promise: only the account's own; reads see every change that returned before. Raises StoreError."""

    async def deliveries(
        self, account_id: str, state: DeliveryState | None, limit: int, offset: int = 0
    ) -> tuple[WebhookDelivery, ...]:
        """The newest first, of one state or of all."""
        ...

    async def replay(self, account_id: str, delivery_id: str, now: datetime) -> bool:
        """Due again at `now`, with attempts counted anew, unless it waits already. False: there is no such one."""
        ...

    async def dead_since(self, moment: datetime) -> int:
        """How many of all accounts' were given up at `moment` or later."""
        ...

    async def remove_settled(self, before: datetime) -> int:
        """How many were removed because they were delivered or dead before then."""
        ...
