"""The door for what the provider sends: bytes → Envelope → VerifiedSignal → proven → stored → announced."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from datetime import datetime
from types import coroutine

import msgspec

from alpine_core.errors import NotProven, SenderError, StoreError, WitnessMoved
from alpine_core.fanout.record_tracing import RecordTracing
from alpine_core.intake.sealing import Decided, Judged, Sealing
from alpine_core.intake.witness import ATTEMPTS, BUSY, Witness
from alpine_core.model.mark import MarkReceipt
from alpine_core.model.receipt import Receipt, ReceiptStatus
from alpine_core.model.seal import OutcomeSeal
from alpine_core.model.signal import VerifiedSignal
from alpine_core.ports.announcer import Announcer
from alpine_core.ports.clock import Clock
from alpine_core.ports.signal_store import SignalStore
from alpine_core.verify.signal_rules import require_rules
from alpine_core.verify.signal_verifier import SignalVerifier
from alpine_core.wire.batch import read_signals
from alpine_core.wire.envelope import read_signal
from alpine_core.wire.json_text import read_object
from alpine_core.wire.marks import read_marks
from alpine_core.wire.outcomes import OfferedOutcome, read_outcomes

_WITHOUT_PAUSE = 50
BORROWED = SenderError("unlogged_outcome", "another outcome of this body has this signal's entry: send its own proof")


@coroutine
def _give_way() -> Generator[None, None, None]:
    # A bare yield lets whatever drives this coroutine run its other tasks: a large batch must not hold up the feed.
    yield


class Intake:
    """One door; a key that may send the older scheme has a door of its own, with such a verifier.

    Every method takes the body as received, whoever sent it having been told apart before. The time is read once per
    body. Durable first, announced second: a crash between the two loses nothing, because listeners also read without
    an announcement. A signal that says where it is in the provider's log is proven before it is stored; without
    `witness` no log is pinned, and every signal is unlogged. Raises SenderError (RuleBroken, TooLarge, NotProven among
    them) and StoreError; then nothing was stored.
    """

    def __init__(
        self,
        verifier: SignalVerifier,
        store: SignalStore,
        announcer: Announcer,
        clock: Clock,
        witness: Witness | None = None,
        tracing: RecordTracing | None = None,
    ) -> None:
        self._tracing = tracing or RecordTracing()
        self._tracer = self._tracing.tracer
        self._verifier = verifier
        self._store = store
        self._announcer = announcer
        self._clock = clock
        self._sealing = Sealing(witness, store)

    async def signal(self, body: bytes) -> Receipt:
        """One signal: accepted, duplicate, conflict, or refused for its number within the stream.

        Raises SenderError where it is refused for anything else.
        """
        now = self._clock.now()
        with self._tracer.span("verify"):
            judged = self._judged(body, now)
        (answer,) = await self._stored([judged], [body], now)
        if isinstance(answer, SenderError):
            raise answer
        return answer

    async def signals(self, body: bytes) -> tuple[Receipt, ...]:
        """A receipt for each, in order; one that is refused does not hold up the others. All in one transaction.

        Raises SenderError where the body as a whole cannot be cut into signals.
        """
        now = self._clock.now()
        bodies = read_signals(body)
        judged: list[Judged] = []
        with self._tracer.span("verify", messages=len(bodies)):
            for number, one in enumerate(bodies, 1):
                judged.append(self._judged(one, now))
                if number % _WITHOUT_PAUSE == 0:
                    await _give_way()
        answers = await self._stored(judged, bodies, now)
        return tuple(
            _refusal(_name_in(one), answer) if isinstance(answer, SenderError) else answer
            for one, answer in zip(bodies, answers, strict=True)
        )

    async def outcomes(self, body: bytes) -> tuple[Receipt, ...]:
        """A receipt for each, in order, as `signals` gives them."""
        now = self._clock.now()
        offered = read_outcomes(body)
        answers: dict[int, Receipt] = {}
        taken: dict[int, OfferedOutcome] = {}
        seals: dict[int, OutcomeSeal | None] = {}
        for place, one in enumerate(offered):
            if isinstance(one, SenderError):
                answers[place] = _refusal("", one)
                continue
            name = one.record.signal_id
            try:
                seal = await self._sealing.outcome(one, body)
            except NotProven as error:
                await self._sealing.keep_refused([(name, error, body)], now)
                answers[place] = _refusal(name, error)
                continue
            taken[place], seals[place] = one, seal
        placed = _first_seals(taken, seals)
        for place in [place for place, one in taken.items() if _borrows(one, seals[place], placed)]:
            answers[place] = _refusal(taken.pop(place).record.signal_id, BORROWED)
        records = [one.record for one in taken.values()]
        with self._tracer.span("store", messages=len(records)):
            receipts = await self._store.store_outcomes(records, now, placed) if records else ()
        self._announce(receipts)
        answers |= dict(zip(taken, receipts, strict=True))
        return tuple(answers[place] for place in range(len(offered)))

    async def marks(self, body: bytes) -> MarkReceipt:
        """Bars: what was stored, what was known, what contradicts. They are not announced."""
        return await self._store.store_marks(read_marks(body), self._clock.now())

    def _judged(self, body: bytes, now: datetime) -> Judged:
        """Steps 2 to 6 of the specification's list, but for what depends on what is stored."""
        try:
            envelope = read_signal(body)
            verified = self._verifier.verify(envelope)
            require_rules(verified.fields, now)
            return self._sealing.prove(verified, envelope.ledger)
        except SenderError as error:
            return error

    async def _stored(
        self, judged: Sequence[Judged], bodies: Sequence[bytes], now: datetime
    ) -> list[Receipt | SenderError]:
        """Steps 5 and 7: what continues the log as it was witnessed, and has the next number, is stored."""
        unproven = [
            (_name_in(bodies[place]), one, bodies[place])
            for place, one in enumerate(judged)
            if isinstance(one, NotProven)
        ]
        await self._sealing.keep_refused(unproven, now)
        for _ in range(ATTEMPTS):
            decided = await self._sealing.decide(judged, bodies)
            ready = [one for one in decided.items if isinstance(one, VerifiedSignal)]
            try:
                # A crash before this line leaves nothing; after it signals, seals, checkpoints and cosignatures.
                with self._tracer.span("store", messages=len(ready)):
                    receipts = await self._store.store(ready, now, tuple(decided.steps.values())) if ready else ()
            except WitnessMoved:
                self._sealing.moved()
                continue
            self._sealing.stored(decided.steps.values())
            self._announce(receipts)
            answers = _woven(decided, receipts)
            await self._sealing.keep_refused(_taken_twice(answers, bodies), now)
            return answers
        raise StoreError(BUSY)

    def _announce(self, receipts: Sequence[Receipt]) -> None:
        stored = [one.record_cursor for one in receipts if one.record_cursor is not None]
        if stored:
            with self._tracer.span("announce", messages=len(stored)) as span:
                self._tracing.stored(stored, span.context)
                # A crash before this line leaves stored records unannounced; listeners find them at their next reading.
                self._announcer.announce(max(stored))


def _woven(decided: Decided, receipts: Sequence[Receipt]) -> list[Receipt | SenderError]:
    """The receipts of what was stored, in the places of what was ready, between the refusals."""
    stored = iter(receipts)
    woven: list[Receipt | SenderError] = []
    for place, one in enumerate(decided.items):
        if isinstance(one, SenderError):
            woven.append(one)
            continue
        receipt = next(stored)
        if place in decided.steps:
            line = decided.steps[place].cosignatures[-1].line
            receipt = msgspec.structs.replace(receipt, cosignatures=(line,))
        woven.append(receipt)
    return woven


def _taken_twice(
    answers: Sequence[Receipt | SenderError], bodies: Sequence[bytes]
) -> list[tuple[str, NotProven, bytes]]:
    """One number of a stream, or one place in the log, claimed for two signals: with which body."""
    return [
        (one.signal_id, NotProven("seq_duplicate", "the number or the place is another signal's"), body)
        for one, body in zip(answers, bodies, strict=True)
        if isinstance(one, Receipt) and one.code == "seq_duplicate"
    ]


def _first_seals(
    taken: Mapping[int, OfferedOutcome], seals: Mapping[int, OutcomeSeal | None]
) -> dict[str, OutcomeSeal]:
    """By signal, what the first proven outcome of a body was proven by."""
    first: dict[str, OutcomeSeal] = {}
    for place, one in taken.items():
        seal = seals[place]
        if seal is not None:
            first.setdefault(one.record.signal_id, seal)
    return first


def _borrows(offered: OfferedOutcome, own: OutcomeSeal | None, placed: Mapping[str, OutcomeSeal]) -> bool:
    """Whether another item's seal would stand for this one: what was proven is one statement and not its name."""
    found = placed.get(offered.record.signal_id)
    return found is not None and (own is None or (own.origin, own.leaf_index) != (found.origin, found.leaf_index))


def _refusal(signal_id: str, error: SenderError) -> Receipt:
    return Receipt(signal_id=signal_id, status=ReceiptStatus.REFUSED, code=error.code, message=str(error))


def _name_in(body: bytes) -> str:
    """The name of a refused signal as far as it can be read: the sender finds its item by place as well."""
    try:
        found = read_object(body).get("signal_id")
    except SenderError:
        return ""
    return found[:64] if isinstance(found, str) else ""
