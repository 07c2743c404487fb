"""An executor as a Publisher: signals one by one, and the prices of its simulated exchange."""

from __future__ import annotations

from collections.abc import Sequence

from argo_core.adapters.http.in_order import send_in_order
from argo_core.adapters.http.sender import Sender
from argo_core.model.cycle import MessageKind, OutboxMessage
from argo_core.ports.publisher import Published

PATHS = {MessageKind.SIGNAL.value: "/api/v1/trading/execute", MessageKind.MARKS.value: "/api/v1/trading/marks"}


class ExecutorPublisher:
    """`ports.Publisher` to an executor. `accepted`: the executor holds the signal durably, not that it traded."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def publish(self, messages: Sequence[OutboxMessage]) -> tuple[Published, ...]:
        """One answer per message up to where the executor could be reached. Raises StoreError if that is nowhere."""
        return await send_in_order([[message] for message in messages], self._send)

    async def _send(self, alone: Sequence[OutboxMessage]) -> list[Published]:
        (message,) = alone
        path = PATHS.get(message.kind)
        if path is None:
            return [Published(key=message.key, status="refused", code="unknown_kind")]
        answer = await self._sender.post(path, message.payload)
        named = answer.document.get("signal_id") == message.subject or isinstance(answer.document.get("stored"), int)
        return [answer.published(message.key, confirmed=named)]
