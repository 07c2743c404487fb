"""Stored rows as the audit sees them: as they are, whether they make sense or not."""

from __future__ import annotations

import msgspec

from alpine_core.model.signal import OutcomeRecord, StoredSignal


class SignalRow(msgspec.Struct, frozen=True, kw_only=True):
    """`stored` is None if the row cannot be read; `problem` says why then, in one line. `received_at` as stored."""

    signal_id: str
    received_at: str
    stored: StoredSignal | None
    problem: str | None = None


class OutcomeRow(msgspec.Struct, frozen=True, kw_only=True):
    """`outcome` and `problem` as for a signal. `has_signal`: whether a signal of that id is stored."""

    signal_id: str
    recorded_at: str
    has_signal: bool
    outcome: OutcomeRecord | None
    problem: str | None = None


class AuditRow(msgspec.Struct, frozen=True, kw_only=True):
    """One record and what is stored under its cursor: both None is as possible as both given."""

    cursor: int
    kind: str
    name: str
    recorded_at: str
    signal: SignalRow | None
    outcome: OutcomeRow | None


class StrayRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `table`, `signals` or `outcomes`, under whose cursor there is no record."""

    table: str
    cursor: int
    signal_id: str
