"""Ids of accepted signed requests, in memory."""

from __future__ import annotations

from datetime import datetime, timedelta


class MemoryWebhookIds:
    """`ports.WebhookIds` for one event loop."""

    def __init__(self) -> None:
        self._seen: dict[str, datetime] = {}

    async def claim(self, webhook_id: str, now: datetime) -> bool:
        self._seen = {name: at for name, at in self._seen.items() if at >= now - timedelta(minutes=10)}
        if webhook_id in self._seen:
            return False
        self._seen[webhook_id] = now
        return True
