"""A channel in memory: keeps the newest alert per matter."""

from __future__ import annotations

from argo_core.model.alert import Alert, Delivery


class MemoryNotifier:
    """`matters` by dedup key. While `down`, deliveries fail and say so."""

    def __init__(self) -> None:
        self.matters: dict[str, Alert] = {}
        self.down = False

    async def send(self, alert: Alert) -> Delivery:
        if self.down:
            return Delivery(channel="memory", delivered=False, detail="the channel is down")
        self.matters[alert.dedup_key] = alert
        return Delivery(channel="memory", delivered=True, detail="kept in memory")
