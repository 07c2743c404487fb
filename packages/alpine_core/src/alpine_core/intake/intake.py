"""The door for what the provider sends: bytes → Envelope → VerifiedSignal → stored → announced."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from datetime import datetime
from types import coroutine

from alpine_core.errors import SenderError
from alpine_core.model.mark import MarkReceipt
from alpine_core.model.receipt import Receipt, ReceiptStatus
from alpine_core.model.signal import OutcomeRecord, VerifiedSignal
from alpine_core.ports.announcer import Announcer
from alpine_core.ports.clock import Clock
from alpine_core.ports.signal_store import SignalStore
from alpine_core.verify.signal_rules import require_rules
from alpine_core.verify.signal_verifier import SignalVerifier
from alpine_core.wire.batch import read_signals
from alpine_core.wire.envelope import read_signal
from alpine_core.wire.json_text import read_object
from alpine_core.wire.marks import read_marks
from alpine_core.wire.outcomes import read_outcomes

_WITHOUT_PAUSE = 50


@coroutine
def _give_way() -> Generator[None, None, None]:
    # A bare yield lets whatever drives this coroutine run its other tasks: a large batch must not hold up the feed.
    yield


class Intake:
    """One door; a key that may send the older scheme has a door of its own, with such a verifier.

    Every method takes the body as received, whoever sent it having been told apart before. The time is read once per
    body. Durable first, announced second: a crash between the two loses nothing, because listeners also read without
    an announcement. Raises SenderError (RuleBroken, TooLarge among them) and StoreError; then nothing was stored.
    """

    def __init__(self, verifier: SignalVerifier, store: SignalStore, announcer: Announcer, clock: Clock) -> None:
        self._verifier = verifier
        self._store = store
        self._announcer = announcer
        self._clock = clock

    async def signal(self, body: bytes) -> Receipt:
        """One signal: accepted, duplicate or conflict. Raises SenderError where it is refused."""
        now = self._clock.now()
        receipts = await self._store.store([self._verified(body, now)], now)
        self._announce(receipts)
        return receipts[0]

    async def signals(self, body: bytes) -> tuple[Receipt, ...]:
        """A receipt for each, in order; one that is refused does not hold up the others. All in one transaction.

        Raises SenderError where the body as a whole cannot be cut into signals.
        """
        now = self._clock.now()
        judged: list[VerifiedSignal | Receipt] = []
        for number, one in enumerate(read_signals(body), 1):
            judged.append(self._verified_or_refused(one, now))
            if number % _WITHOUT_PAUSE == 0:
                await _give_way()
        readable = [one for one in judged if isinstance(one, VerifiedSignal)]
        receipts = await self._store.store(readable, now) if readable else ()
        self._announce(receipts)
        return tuple(_woven(judged, receipts))

    async def outcomes(self, body: bytes) -> tuple[Receipt, ...]:
        """A receipt for each, in order, as `signals` gives them."""
        now = self._clock.now()
        read = read_outcomes(body)
        judged = [_refusal("", one) if isinstance(one, SenderError) else one for one in read]
        readable = [one for one in judged if isinstance(one, OutcomeRecord)]
        receipts = await self._store.store_outcomes(readable, now) if readable else ()
        self._announce(receipts)
        return tuple(_woven(judged, receipts))

    async def marks(self, body: bytes) -> MarkReceipt:
        """Bars: what was stored, what was known, what contradicts. They are not announced."""
        return await self._store.store_marks(read_marks(body), self._clock.now())

    def _verified(self, body: bytes, now: datetime) -> VerifiedSignal:
        verified = self._verifier.verify(read_signal(body))
        require_rules(verified.fields, now)
        return verified

    def _verified_or_refused(self, body: bytes, now: datetime) -> VerifiedSignal | Receipt:
        try:
            return self._verified(body, now)
        except SenderError as error:
            return _refusal(_name_in(body), error)

    def _announce(self, receipts: Sequence[Receipt]) -> None:
        stored = [one.record_cursor for one in receipts if one.record_cursor is not None]
        if stored:
            # A crash before this line leaves stored records unannounced; listeners find them at their next reading.
            self._announcer.announce(max(stored))


def _woven(judged: Sequence[object], receipts: Sequence[Receipt]) -> Iterator[Receipt]:
    """The receipts of what was stored, in the places of what was readable, between the refusals."""
    stored = iter(receipts)
    for one in judged:
        yield one if isinstance(one, Receipt) else next(stored)


def _refusal(signal_id: str, error: SenderError) -> Receipt:
    return Receipt(signal_id=signal_id, status=ReceiptStatus.REFUSED, code=error.code, message=str(error))


def _name_in(body: bytes) -> str:
    """The name of a refused signal as far as it can be read: the sender finds its item by place as well."""
    try:
        found = read_object(body).get("signal_id")
    except SenderError:
        return ""
    return found[:64] if isinstance(found, str) else ""
