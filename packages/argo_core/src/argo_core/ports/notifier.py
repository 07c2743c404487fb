"""Who tells a person."""

from __future__ import annotations

from typing import Protocol

from argo_core.model.alert import Alert, Delivery


class Notifier(Protocol):
    """Promise: answers within 10 s, delivered or not; never raises for a channel's failure, the delivery says so.

    Sending the same `dedup_key` again updates the same matter where the channel can.
    """

    async def send(self, alert: Alert) -> Delivery: ...
