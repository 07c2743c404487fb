"""A distributor as a Publisher: signals, outcomes and bars, in the order in which they were appended."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from argo_core.adapters.http.in_order import send_in_order
from argo_core.adapters.http.sender import TRANSIENT_CODES, Answer, Sender, require_results
from argo_core.errors import StoreError, Unavailable
from argo_core.model.cycle import MessageKind, OutboxMessage
from argo_core.pipeline.wire import batch_body
from argo_core.ports.publisher import Published

ROOT = "/api/v1/external-signals/sync"
BATCH_BYTES = 4 * 1024 * 1024
BATCH_ITEMS = 500
OK = 200


class DistributorPublisher:
    """`ports.Publisher` to a distributor. Runs of one kind travel as one body; the streams' order is kept."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def publish(self, messages: Sequence[OutboxMessage]) -> tuple[Published, ...]:
        """One answer per message up to where the distributor could be reached. Raises StoreError if that is nowhere."""
        return await send_in_order(runs(messages), self._publish_run)

    async def _publish_run(self, run: Sequence[OutboxMessage]) -> list[Published]:
        kind = run[0].kind
        if kind == MessageKind.SIGNAL and len(run) == 1:
            return [await self._one_signal(run[0])]
        if kind == MessageKind.SIGNAL:
            return await self._batch(f"{ROOT}/signals", "signals", run)
        if kind == MessageKind.OUTCOME:
            return await self._batch(f"{ROOT}/outcomes", "outcomes", run)
        if kind == MessageKind.MARKS:
            return [await self._marks(message) for message in run]
        return [Published(key=message.key, status="refused", code="unknown_kind") for message in run]

    async def _one_signal(self, message: OutboxMessage) -> Published:
        answer = await self._sender.post(f"{ROOT}/signal", message.payload)
        return answer.published(message.key, confirmed=answer.document.get("external_signal_id") == message.subject)

    async def _marks(self, message: OutboxMessage) -> Published:
        answer = await self._sender.post(f"{ROOT}/marks", message.payload)
        return answer.published(message.key, confirmed=isinstance(answer.document.get("stored"), int))

    async def _batch(self, path: str, name: str, run: Sequence[OutboxMessage]) -> list[Published]:
        answer = await self._sender.post(path, batch_body(name, (message.payload for message in run)))
        if answer.status == OK:
            return _items(run, require_results(answer, len(run)))
        if len(run) == 1:
            return [_whole(run[0].key, answer)]
        # One unreadable item spoils a body; half by half the others come through and the culprit is found.
        middle = len(run) // 2
        first = await self._batch(path, name, run[:middle])
        return first if len(first) < middle else [*first, *await self._batch(path, name, run[middle:])]


def runs(messages: Sequence[OutboxMessage]) -> list[list[OutboxMessage]]:
    """Neighbours of one kind, cut where a body would grow too large."""
    found: list[list[OutboxMessage]] = []
    for _, neighbours in groupby(messages, key=lambda message: message.kind):
        run: list[OutboxMessage] = []
        size = 0
        for message in neighbours:
            if run and (size + len(message.payload) > BATCH_BYTES or len(run) == BATCH_ITEMS):
                found.append(run)
                run, size = [], 0
            run.append(message)
            size += len(message.payload) + 1
        found.append(run)
    return found


def _items(run: Sequence[OutboxMessage], results: Sequence[dict[str, Any]]) -> list[Published]:
    """The answers up to the first item that may pass another time. Those behind it are offered again, harmlessly.

    Raises Unavailable if it is the first of all, StoreError for a result that names another signal.
    """
    answered: list[Published] = []
    for message, result in zip(run, results, strict=True):
        if result.get("signal_id") != message.subject:
            raise StoreError(f"the answer to {message.key} names {result.get('signal_id')!a:.80}: is its version ours?")
        answer = _item(message.key, result)
        if answer.code in TRANSIENT_CODES:
            if not answered:
                raise Unavailable(f"{message.key} cannot be taken yet: {answer.code}: is the clock right?")
            break
        answered.append(answer)
    return answered


def _item(key: str, result: dict[str, Any]) -> Published:
    status, code = result.get("status"), result.get("code")
    if status in ("accepted", "duplicate"):
        return Published(key=key, status=status)
    return Published(key=key, status="refused", code=code[:64] if isinstance(code, str) else "refused")


def _whole(key: str, answer: Answer) -> Published:
    return Published(key=key, status="refused", code=answer.code)
