"""What an operator has to look at: the provider contradicted itself, or a stored row no longer matches its hash."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class AlarmKind(StrEnum):
    SIGNAL_CONFLICT = "signal_conflict"
    OUTCOME_CONFLICT = "outcome_conflict"
    MARK_CONFLICT = "mark_conflict"
    AUDIT_FINDING = "audit_finding"


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm; the same `kind`, `subject` and `offered` raised again is the same alarm.

    `subject` is the signal's id or the bar's name; `stored` and `offered` are the two contents, hashes where there
    are hashes; `evidence` the bytes that were offered. `alarm_id` counts from 1, and is 0 before it is stored.
    """

    kind: AlarmKind
    subject: str
    stored: str
    offered: str
    evidence: bytes
    raised_at: datetime
    alarm_id: int = 0
