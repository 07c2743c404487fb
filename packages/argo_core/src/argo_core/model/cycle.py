"""One run of the cycle, as the unit that becomes durable in one transaction."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec

from argo_core.model.decision import Decision
from argo_core.model.ledger import LedgerBatch
from argo_core.model.outcome import Outcome
from argo_core.model.signal import SealedSignal


class MessageKind(enum.StrEnum):
    """What a message carries."""

    SIGNAL = "signal"
    OUTCOME = "outcome"
    REALISED = "realised"
    MARKS = "marks"
    LEDGER = "ledger"


class OutboxMessage(msgspec.Struct, frozen=True, kw_only=True):
    """Something to deliver at least once. (`topic`, `key`) is unique; `payload` is the exact bytes to send.

    A topic is one receiver's stream: its messages are delivered in the order in which they were appended. `key` is
    `kind:id`, for instance `signal:SIG-01`.
    """

    topic: str
    key: str
    payload: bytes

    @property
    def kind(self) -> str:
        """What the payload is: a `MessageKind`, or another word that no receiver of ours understands."""
        return self.key.partition(":")[0]

    @property
    def subject(self) -> str:
        """What the message is about: a signal's id, a trade's for what was realised, or a cycle's for marks."""
        return self.key.partition(":")[2]


class CycleRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What one cycle leaves. `started_at` and `decided_at` are wall clock, `as_of` market time.

    `symbols` were looked at; `skipped` of them had not moved; every other one has a decision.
    `stage_ms` names how long each stage took, in milliseconds, up to the append. `ledger` is what the provable log
    gains, None if nothing or if none is kept.
    """

    cycle_id: str
    started_at: datetime
    decided_at: datetime
    as_of: datetime
    data_source: str
    symbols: int
    skipped: int
    decisions: tuple[Decision, ...]
    signals: tuple[SealedSignal, ...]
    outcomes: tuple[Outcome, ...]
    outbox: tuple[OutboxMessage, ...]
    stage_ms: dict[str, float] = {}
    ledger: LedgerBatch | None = None


class AppendReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """Where the signals of an appended cycle stand in the log: `indices` in the order of `CycleRecord.signals`."""

    cycle_id: str
    indices: tuple[int, ...]


class CycleSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A stored cycle in figures."""

    cycle_id: str
    started_at: datetime
    as_of: datetime
    data_source: str
    symbols: int
    skipped: int
    evaluated: int
    published: int
    repeats: int
    vetoed: int
    outcomes: int
    stage_ms: dict[str, float]
