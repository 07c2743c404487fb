"""Where webhooks of subscribers are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from alpine_core.model.webhook import WebhookEndpoint


class WebhookStore(Protocol):
    """Promise: address and secrets cannot be read in a copy of the store alone. Raises StoreError."""

    async def add(self, endpoint: WebhookEndpoint, most: int) -> bool:
        """False, and nothing stored, if the account has `most` already or is gone."""
        ...

    async def of_account(self, account_id: str) -> tuple[WebhookEndpoint, ...]:
        """Newest first."""
        ...

    async def rotate(self, account_id: str, endpoint_id: str, secret: str, former_until: datetime) -> bool:
        """`secret` is the present one from now on and the one before it the former; False: there is no such one."""
        ...

    async def remove(self, account_id: str, endpoint_id: str) -> bool:
        """With its deliveries. Whether the account had such a one."""
        ...
