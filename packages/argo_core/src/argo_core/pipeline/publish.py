"""Signal → SealedSignal → the record of a cycle that becomes durable at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from argo_core.ledger import SCHEME, canonical_bytes_checked
from argo_core.model.cycle import OutboxMessage
from argo_core.model.outcome import Outcome
from argo_core.model.signal import SealedSignal, Signal

SYNC_SIGNAL, SYNC_OUTCOME, DISTRIBUTE = "sync.signal", "sync.outcome", "distribute"


def seal(signal: Signal) -> SealedSignal:
    """The signal with its hash. Raises CanonicalError if a field breaks the canonical form: nothing is published."""
    digest = hashlib.sha256(canonical_bytes_checked(signal.hashed_fields())).hexdigest()
    return SealedSignal(signal=signal, scheme=SCHEME, verification_hash=digest)


def outbox_of(signals: Iterable[SealedSignal], outcomes: Iterable[Outcome]) -> tuple[OutboxMessage, ...]:
    """What must reach Alpine and the executors, as rows of the same transaction: none can be lost or sent too early."""
    messages = []
    for sealed in signals:
        payload = msgspec.json.encode(sealed)
        for topic in (SYNC_SIGNAL, DISTRIBUTE):
            messages.append(OutboxMessage(topic=topic, key=sealed.signal.signal_id, payload=payload))
    for outcome in outcomes:
        messages.append(OutboxMessage(topic=SYNC_OUTCOME, key=outcome.signal_id, payload=msgspec.json.encode(outcome)))
    return tuple(messages)
