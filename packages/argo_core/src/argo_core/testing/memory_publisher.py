"""A receiver in memory: keeps what it is given, once."""

from __future__ import annotations

from collections.abc import Sequence

from argo_core.errors import StoreError
from argo_core.model.cycle import OutboxMessage
from argo_core.ports.publisher import Published


class MemoryPublisher:
    """`received` by (topic, key). While `down`, nothing can be delivered."""

    def __init__(self) -> None:
        self.received: dict[tuple[str, str], bytes] = {}
        self.down = False

    async def publish(self, messages: Sequence[OutboxMessage]) -> tuple[Published, ...]:
        if self.down:
            raise StoreError("the receiver is down: try again later")
        return tuple(self._take(message) for message in messages)

    def _take(self, message: OutboxMessage) -> Published:
        place = (message.topic, message.key)
        if place not in self.received:
            self.received[place] = message.payload
            return Published(key=message.key, status="accepted")
        if self.received[place] != message.payload:
            return Published(key=message.key, status="refused", code="conflict")
        return Published(key=message.key, status="duplicate")
