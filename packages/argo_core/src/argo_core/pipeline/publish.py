"""Signal → SealedSignal → the messages that leave with a durable cycle."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

from argo_core.ledger import SCHEME, CycleDraft, canonical_bytes_checked, ledger_message
from argo_core.model.cycle import CycleRecord, MessageKind, OutboxMessage
from argo_core.model.signal import SealedSignal, Signal
from argo_core.pipeline.wire import outcome_body, proof_members, signal_body, with_proof


class Routes(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets what: `distributors` signals, outcomes and marks; `executors` signals and marks. Names of topics."""

    distributors: tuple[str, ...] = ("distributor",)
    executors: tuple[str, ...] = ()


def seal(signal: Signal) -> SealedSignal:
    """The signal with its hash. Raises CanonicalError if a field breaks the canonical form: nothing is published."""
    digest = hashlib.sha256(canonical_bytes_checked(signal.hashed_fields())).hexdigest()
    return SealedSignal(signal=signal, scheme=SCHEME, verification_hash=digest)


def outbox_of(
    cycle: CycleRecord, marks: bytes | None, routes: Routes, drafted: CycleDraft | None = None
) -> tuple[OutboxMessage, ...]:
    """What must reach the receivers, as rows of the cycle's own transaction: none can be lost or sent too early.

    Distributors get signals first, which somebody waits for, then what the log gained, so that every entry is there
    before an outcome that refers to it. With `drafted` their bodies carry what proves them. Executors get marks first:
    they know the prices of the moment before they trade.
    """
    signals = tuple(_signals(cycle))
    shown = () if marks is None else ((f"{MessageKind.MARKS}:{cycle.cycle_id}", marks),)
    proven, ends = signals, {}
    if drafted is not None:
        draft = drafted.draft
        proven = tuple(
            (key, with_proof(body, proof_members(draft, seal.leaf_index, seal.salt)))
            for (key, body), seal in zip(signals, drafted.seals, strict=True)
        )
        ends = {leaf.signal_id: proof_members(draft, leaf.leaf_index) for leaf in drafted.batch.outcomes}
    outcomes = tuple(
        (f"{MessageKind.OUTCOME}:{ended.signal_id}", with_proof(outcome_body(ended), ends.get(ended.signal_id)))
        for ended in cycle.outcomes
    )
    grown = () if drafted is None else (ledger_message(drafted.batch.head.size),)
    streams = [(topic, (*proven, *grown, *outcomes, *shown)) for topic in routes.distributors]
    streams += [(topic, (*shown, *signals)) for topic in routes.executors]
    return tuple(OutboxMessage(topic=topic, key=key, payload=body) for topic, rows in streams for key, body in rows)


def _signals(cycle: CycleRecord) -> Iterator[tuple[str, bytes]]:
    decided = {decision.signal_id: decision for decision in cycle.decisions}
    latency_ms = (cycle.decided_at - cycle.started_at).total_seconds() * 1000.0
    for sealed in cycle.signals:
        signal_id = sealed.signal.signal_id
        yield f"{MessageKind.SIGNAL}:{signal_id}", signal_body(sealed, decided.get(signal_id), latency_ms)
