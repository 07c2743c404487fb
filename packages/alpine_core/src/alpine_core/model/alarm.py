"""What an operator has to look at: the provider contradicted itself, or a stored row no longer matches its hash."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class AlarmKind(StrEnum):
    SIGNAL_CONFLICT = "signal_conflict"
    OUTCOME_CONFLICT = "outcome_conflict"
    REALISED_CONFLICT = "realised_conflict"
    MARK_CONFLICT = "mark_conflict"
    AUDIT_FINDING = "audit_finding"
    SPLIT_VIEW = "split_view"
    PROOF_REFUSED = "proof_refused"
    REVEAL_OVERDUE = "reveal_overdue"
    WITNESS_STALE = "witness_stale"
    MIRROR_BEHIND = "mirror_behind"


class RaisedSubject(msgspec.Struct, frozen=True, kw_only=True):
    """What alarms of a kind are about, the newest of them raised at `raised_at`."""

    kind: AlarmKind
    subject: str
    raised_at: datetime


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm; the same `kind`, `subject` and `offered` raised again is the same alarm.

    `subject` is the signal's or the trade's id, the bar's name or the log's origin; `stored` and `offered` are the two
    contents: hashes where there are hashes, signed notes for a split view; `evidence` the bytes that were offered.
    `alarm_id`
    counts from 1, and is 0 before it is stored.
    """

    kind: AlarmKind
    subject: str
    stored: str
    offered: str
    evidence: bytes
    raised_at: datetime
    alarm_id: int = 0
