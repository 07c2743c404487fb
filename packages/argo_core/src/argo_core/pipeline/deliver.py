"""Durable messages → delivered: what the outbox holds is offered to its receiver, oldest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from argo_core.pipeline.cosigning import Cosigning
from argo_core.pipeline.trace_book import TraceBook
from argo_core.ports.clock import Clock
from argo_core.ports.outbox import Outbox, PendingMessage
from argo_core.ports.publisher import Published, Publisher
from argo_core.ports.silent_tracer import SILENT
from argo_core.ports.tracer import Tracer

BATCH = 500


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A message that its receiver will never take. It stays recorded, and somebody must look at it."""

    key: str
    code: str


class Delivered(msgspec.Struct, frozen=True, kw_only=True):
    """What one pass did. `taken` were accepted or known already (`known` of
    them); `more` if the outbox may hold further messages."""

    taken: int
    refused: tuple[Refusal, ...]
    more: bool
    known: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """Offers the messages of one topic to one publisher. With `cosigning` the lines that come back are kept.

    `traces` says which steps the messages come from: a pass belongs to the first one's, and names the others.
    """

    topic: str
    outbox: Outbox
    publisher: Publisher
    clock: Clock
    cosigning: Cosigning | None = None
    tracer: Tracer = SILENT
    traces: TraceBook = field(default_factory=TraceBook)

    async def drain(self) -> Delivered:
        """One pass over the oldest messages. Raises StoreError when the receiver cannot be reached: nothing is lost.

        A crash after the receiver's answer and before the marks sends the messages again; the receiver knows them.
        """
        waiting = await self.outbox.pending(self.topic, BATCH)
        if not waiting:
            return Delivered(taken=0, refused=(), more=False)
        origins = self.traces.of(entry.message.key for entry in waiting)
        with self.tracer.span(
            "deliver", parent=next(iter(origins), None), links=origins[1:], receiver=self.topic, messages=len(waiting)
        ) as span:
            done = await self._offered(waiting)
            span.note(taken=done.taken, refused=len(done.refused), known=done.known)
            return done

    async def _offered(self, waiting: Sequence[PendingMessage]) -> Delivered:
        answers = await self.publisher.publish([entry.message for entry in waiting])
        settled = list(zip(waiting, answers, strict=False))
        now = self.clock.now()
        taken = [entry.position for entry, answer in settled if answer.taken]
        await self.outbox.mark_delivered(taken, now)
        refused = {entry.position: answer.code or "refused" for entry, answer in settled if not answer.taken}
        await self.outbox.mark_refused(refused, now)
        if self.cosigning is not None:
            # A crash before this loses the lines; the next heartbeat asks the witness again.
            for _, answer in settled:
                await self.cosigning.take(answer.sizes, answer.cosignatures)
        known = sum(answer.status == "duplicate" for _, answer in settled)
        left = len(waiting) == BATCH or len(settled) < len(waiting)
        refusals = _refusals(answer for _, answer in settled)
        return Delivered(taken=len(taken), refused=refusals, more=left, known=known)


def _refusals(answers: Iterable[Published]) -> tuple[Refusal, ...]:
    return tuple(Refusal(key=answer.key, code=answer.code or "refused") for answer in answers if not answer.taken)
