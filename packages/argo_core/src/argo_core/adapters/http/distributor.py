"""A distributor as a Publisher: signals, outcomes, realised trades and bars, in the order of their appending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import msgspec

from argo_core.adapters.http.in_order import send_in_order
from argo_core.adapters.http.ledger_link import OLD_SIZE, LedgerLink, lines_of
from argo_core.adapters.http.sender import (
    HALTING_CODES,
    TRANSIENT_CODES,
    Answer,
    Sender,
    disputed,
    require_results,
)
from argo_core.errors import StoreError, Unavailable
from argo_core.model.cycle import MessageKind, OutboxMessage
from argo_core.pipeline.wire import batch_body
from argo_core.ports.publisher import Published

THREAD_LOST = frozenset({OLD_SIZE, "seq_gap"})
ROOT = "/api/v1/external-signals/sync"
BATCH_BYTES = 4 * 1024 * 1024
BATCH_ITEMS = 500
OK = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """A body with a list: the list's name, which ends the path, and the member by which a result names its item."""

    name: str
    subject: str = "signal_id"


SIGNALS = Listed("signals")
LISTS = {MessageKind.OUTCOME.value: Listed("outcomes"), MessageKind.REALISED.value: Listed("realised", "trade_id")}


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message as it is sent: `body` may have been added to; `size` is that of its proof's checkpoint, 0 without."""

    message: OutboxMessage
    sent: bytes | None = None
    size: int = 0

    @property
    def body(self) -> bytes:
        return self.message.payload if self.sent is None else self.sent


class DistributorPublisher:
    """`ports.Publisher` to a distributor. Runs of one kind travel as one body; the streams' order is kept.

    With `link` it keeps the distributor's copy of our log going: a signal leads from what was seen of it, and a
    receiver that lost the thread is first brought to its end.
    """

    def __init__(self, sender: Sender, link: LedgerLink | None = None) -> None:
        self._sender, self._link = sender, link

    async def publish(self, messages: Sequence[OutboxMessage]) -> tuple[Published, ...]:
        """One answer per message up to where the distributor could be reached. Raises StoreError if that is nowhere.

        Raises Disputed, a StoreError, if it does not follow our log.
        """
        return await send_in_order(runs(messages), self._publish_run)

    async def _publish_run(self, run: Sequence[OutboxMessage]) -> list[Published]:
        kind = run[0].kind
        if kind == MessageKind.SIGNAL:
            return await self._signals(run)
        if kind == MessageKind.LEDGER and self._link is not None:
            return await self._ledger(run, self._link)
        if kind in LISTS:
            return await self._listed(run, LISTS[kind])
        if kind == MessageKind.MARKS:
            return [await self._marks(message) for message in run]
        return [Published(key=message.key, status="refused", code="unknown_kind") for message in run]

    async def _signals(self, run: Sequence[OutboxMessage]) -> list[Published]:
        """Offer them; behind a lost thread offer the rest once more, then with the right beginning."""
        answers = await self._offer(run)
        lost = next((place for place, answer in enumerate(answers) if answer.code in THREAD_LOST), None)
        if lost is None or self._link is None:
            return answers
        sizes, lines = await self._link.catch_up()
        again = await self._offer(run[lost:])
        if again[0].code == OLD_SIZE:
            raise Unavailable(f"{run[lost].key}: the distributor's witness moves while we send: it is tried again")
        still = next((place for place, answer in enumerate(again) if place and answer.code in THREAD_LOST), len(again))
        settled = [*answers[:lost], *again[:still]]
        return [*settled[:-1], noted(settled[-1], sizes, lines)]

    async def _listed(self, run: Sequence[OutboxMessage], named: Listed) -> list[Published]:
        """Offer them; where a checkpoint of theirs is not known there yet, make it known and offer them once more."""
        parcels = [Parcel(message) for message in run]
        answers = await self._batch(named, parcels)
        lost = next((place for place, answer in enumerate(answers) if answer.code == OLD_SIZE), None)
        if lost is None or self._link is None:
            return answers
        await self._link.catch_up()
        return [*answers[:lost], *await self._batch(named, parcels[lost:])]

    async def _offer(self, run: Sequence[OutboxMessage]) -> list[Published]:
        parcels = await self._parcels(run)
        if len(run) > 1:
            answers = await self._batch(SIGNALS, parcels)
        else:
            answers = [await self._one_signal(parcels[0])]
        for parcel, answer in zip(parcels, answers, strict=False):
            if self._link is not None and answer.status == "accepted":
                self._link.saw(parcel.size)
        return answers

    async def _parcels(self, run: Sequence[OutboxMessage]) -> list[Parcel]:
        if self._link is None:
            return [Parcel(message) for message in run]
        parcels: list[Parcel] = []
        seen = self._link.witnessed
        for message in run:
            body, size = await self._link.spliced(message.payload, seen)
            parcels.append(Parcel(message, body, size))
            seen = max(seen, size)
        return parcels

    async def _one_signal(self, parcel: Parcel) -> Published:
        answer = await self._sender.post(f"{ROOT}/signal", parcel.body)
        key, subject = parcel.message.key, parcel.message.subject
        published = answer.published(key, confirmed=answer.document.get("external_signal_id") == subject)
        return noted(published, (parcel.size,), lines_of(answer))

    async def _ledger(self, run: Sequence[OutboxMessage], link: LedgerLink) -> list[Published]:
        """All of them at once: what counts is where the log is now."""
        taken = [Published(key=message.key, status="accepted") for message in run]
        if link.mirrored >= max(_announced(message) for message in run):
            return taken
        sizes, lines = await link.catch_up()
        return [*taken[:-1], noted(taken[-1], sizes, lines)]

    async def _marks(self, message: OutboxMessage) -> Published:
        answer = await self._sender.post(f"{ROOT}/marks", message.payload)
        return answer.published(message.key, confirmed=isinstance(answer.document.get("stored"), int))

    async def _batch(self, named: Listed, run: Sequence[Parcel]) -> list[Published]:
        body = batch_body(named.name, (parcel.body for parcel in run))
        answer = await self._sender.post(f"{ROOT}/{named.name}", body)
        if answer.status == OK:
            answered = _items(run, require_results(answer, len(run)), named.subject)
            sizes = tuple(sorted({parcel.size for parcel in run if parcel.size}, reverse=True))
            return [*answered[:-1], noted(answered[-1], sizes, lines_of(answer))]
        if len(run) == 1:
            return [_whole(run[0].message.key, answer)]
        # One unreadable item spoils a body; half by half the others come through and the culprit is found.
        middle = len(run) // 2
        first = await self._batch(named, run[:middle])
        return first if len(first) < middle else [*first, *await self._batch(named, run[middle:])]


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


def noted(published: Published, sizes: tuple[int, ...], lines: tuple[str, ...]) -> Published:
    """The answer with cosignatures that came with it, besides those it has."""
    if not lines:
        return published
    merged = tuple(sorted({*published.sizes, *sizes}, reverse=True))
    return msgspec.structs.replace(published, sizes=merged, cosignatures=(*published.cosignatures, *lines))


def _announced(message: OutboxMessage) -> int:
    return int(message.subject) if message.subject.isascii() and message.subject.isdigit() else 0


def _items(run: Sequence[Parcel], results: Sequence[dict[str, Any]], subject: str) -> list[Published]:
    """The answers up to the first item that may pass another time. Those behind it are offered again, harmlessly.

    Raises Unavailable if it is the first of all, Disputed if the receiver does not follow our log, StoreError for a
    result whose `subject` is another than the message's.
    """
    answered: list[Published] = []
    for message, result in zip((parcel.message for parcel in run), results, strict=True):
        if result.get(subject) != message.subject:
            raise StoreError(f"the answer to {message.key} names {result.get(subject)!a:.80}: is its version ours?")
        answer = _item(message.key, result)
        if answer.code in HALTING_CODES:
            if not answered:
                raise disputed(answer.code)
            break
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
