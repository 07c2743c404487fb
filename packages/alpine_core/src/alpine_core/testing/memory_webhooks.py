"""Webhooks and their calls that end with the process."""

from __future__ import annotations

from datetime import datetime

import msgspec

from alpine_core.model.webhook import DeliveryEnd, DeliveryState, DueDelivery, WebhookDelivery, WebhookEndpoint
from alpine_core.testing.memory_accounts import MemoryAccounts


class MemoryWebhooks:
    """`ports.WebhookStore` in a dict."""

    def __init__(self, accounts: MemoryAccounts) -> None:
        self._accounts = accounts
        self.rows: dict[str, WebhookEndpoint] = {}

    async def add(self, endpoint: WebhookEndpoint, most: int) -> bool:
        holding = await self.of_account(endpoint.account_id)
        if len(holding) >= most or endpoint.account_id not in self._accounts.rows:
            return False
        self.rows[endpoint.endpoint_id] = endpoint
        return True

    async def of_account(self, account_id: str) -> tuple[WebhookEndpoint, ...]:
        own = [one for one in self.rows.values() if one.account_id == account_id]
        return tuple(sorted(own, key=lambda one: (one.created_at, one.endpoint_id), reverse=True))

    async def rotate(self, account_id: str, endpoint_id: str, secret: str, former_until: datetime) -> bool:
        found = self.of(account_id, endpoint_id)
        if found is None:
            return False
        changed = {"secret": secret, "former_secret": found.secret, "former_until": former_until}
        self.rows[endpoint_id] = msgspec.structs.replace(found, **changed)
        return True

    async def remove(self, account_id: str, endpoint_id: str) -> bool:
        found = self.of(account_id, endpoint_id)
        self.rows.pop(endpoint_id if found else "", None)
        return found is not None

    def of(self, account_id: str, endpoint_id: str) -> WebhookEndpoint | None:
        """The account's own of this id."""
        found = self.rows.get(endpoint_id)
        return found if found is not None and found.account_id == account_id else None


class MemoryDeliveries:
    """`ports.DeliveryQueue` and `ports.DeliveryShelf` in dicts."""

    def __init__(self, webhooks: MemoryWebhooks) -> None:
        self._webhooks = webhooks
        self._rows: dict[str, WebhookDelivery] = {}
        self._leases: dict[str, datetime] = {}

    async def queue(self, delivery: WebhookDelivery) -> bool:
        if self._webhooks.of(delivery.account_id, delivery.endpoint_id) is None:
            return False
        self._rows[delivery.delivery_id] = delivery
        return True

    async def claim(self, now: datetime, until: datetime) -> DueDelivery | None:
        busy = {row.endpoint_id for row in self._known() if self._leases.get(row.delivery_id, now) > now}
        due = [
            row
            for row in self._known()
            if row.state is DeliveryState.WAITING and row.next_at <= now and row.endpoint_id not in busy
        ]
        if not due:
            return None
        first = min(due, key=lambda row: (row.next_at, row.cursor, row.delivery_id))
        self._leases[first.delivery_id] = until
        claimed = self._change(first, attempts=first.attempts + 1, next_at=until)
        return DueDelivery(delivery=claimed, endpoint=self._webhooks.rows[claimed.endpoint_id])

    async def end(self, delivery_id: str, end: DeliveryEnd) -> None:
        self._leases.pop(delivery_id, None)
        row = self._rows[delivery_id]
        self._change(row, state=end.state, next_at=end.next_at, last_status=end.status, last_error=end.reason)

    async def deliveries(
        self, account_id: str, state: DeliveryState | None, limit: int, offset: int = 0
    ) -> tuple[WebhookDelivery, ...]:
        own = [row for row in self._known() if row.account_id == account_id and state in (None, row.state)]
        newest = sorted(own, key=lambda row: (row.queued_at, row.cursor, row.delivery_id), reverse=True)
        return tuple(newest[offset : offset + limit])

    async def replay(self, account_id: str, delivery_id: str, now: datetime) -> bool:
        row = self._rows.get(delivery_id)
        if row is None or row.account_id != account_id or row not in self._known():
            return False
        if row.state is not DeliveryState.WAITING:
            self._change(row, state=DeliveryState.WAITING, attempts=0, next_at=now)
        return True

    async def dead_since(self, moment: datetime) -> int:
        return sum(row.state is DeliveryState.DEAD and row.next_at >= moment for row in self._known())

    async def remove_settled(self, before: datetime) -> int:
        old = [row for row in self._known() if row.state is not DeliveryState.WAITING and row.next_at < before]
        for row in old:
            del self._rows[row.delivery_id]
        return len(old)

    def _known(self) -> list[WebhookDelivery]:
        return [row for row in self._rows.values() if row.endpoint_id in self._webhooks.rows]

    def _change(self, row: WebhookDelivery, **changed: object) -> WebhookDelivery:
        fresh = msgspec.structs.replace(row, **changed)
        self._rows[row.delivery_id] = fresh
        return fresh
