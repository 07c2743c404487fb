"""Looking the sequence of records over: one for each number, each with the row that it announces and no other."""

from __future__ import annotations

from collections.abc import Iterator

from alpine_core.errors import SenderError
from alpine_core.model.audit_row import AuditRow, OutcomeRow, SignalRow, StrayRow
from alpine_core.model.record import RecordKind
from alpine_core.verify.audit import Finding, audit
from alpine_core.wire.moments import read_moment, write_moment
from alpine_core.wire.outcomes import outcome_problem


class RecordAudit:
    """Takes the records in the order of their cursors; `findings` is everything that no longer holds, `checked` counts
    the signals.

    A record's number, name and time are compared with those of its row, an outcome with the rules for outcomes, and
    what each signal says with its hash and its body. What nothing stored tells is not found: the last records removed
    together with their rows, and an outcome that was exchanged for another possible one.
    """

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.checked = 0
        self.cursor = 0
        self._time = ""

    def record(self, row: AuditRow) -> None:
        """Look at the next record."""
        if row.cursor != self.cursor + 1:
            self._find(f"record {self.cursor + 1}", "cursor", f"the next record is {row.cursor}: some were removed")
        self.cursor = row.cursor
        for field, problem in (*self._time_problems(row), *_row_problems(row)):
            self._find(row.name, field, problem)
        if row.signal is not None:
            self.checked += 1
            self.findings += audit(row.signal.stored) if row.signal.stored is not None else ()

    def stray(self, row: StrayRow) -> None:
        """Look at a row that no record announces."""
        self._find(
            row.signal_id, "cursor", f"row {row.cursor} of {row.table} has no record: one was removed or planted"
        )

    def _time_problems(self, row: AuditRow) -> Iterator[tuple[str, str]]:
        if not _is_written_by_us(row.recorded_at):
            yield "recorded_at", f"{row.recorded_at[:40]!a} is no time as times are stored"
        elif row.recorded_at < self._time:
            yield "recorded_at", "the record before it is later"
        else:
            self._time = row.recorded_at

    def _find(self, subject: str, field: str, problem: str) -> None:
        self.findings.append(Finding(signal_id=subject, field=field, problem=problem))


def _row_problems(row: AuditRow) -> Iterator[tuple[str, str]]:
    expected = {RecordKind.SIGNAL.value: row.signal, RecordKind.OUTCOME.value: row.outcome}
    if row.kind not in expected:
        yield "kind", f"{row.kind[:40]!a} is no kind of record"
    elif expected[row.kind] is None:
        yield row.kind, f"the {row.kind} of record {row.cursor} was removed"
    if row.signal is not None:
        if row.kind != RecordKind.SIGNAL:
            yield "kind", f"record {row.cursor} is no signal's, and a signal stands under its number"
        yield from _signal_problems(row, row.signal)
    if row.outcome is not None:
        if row.kind != RecordKind.OUTCOME:
            yield "kind", f"record {row.cursor} is no outcome's, and an outcome stands under its number"
        yield from _outcome_problems(row, row.outcome)


def _signal_problems(row: AuditRow, signal: SignalRow) -> Iterator[tuple[str, str]]:
    if signal.signal_id != row.name:
        yield "signal_id", f"the record names {row.name[:64]!a}, its signal {signal.signal_id[:64]!a}"
    if signal.received_at != row.recorded_at:
        yield "received_at", "received_at is not the time of the record"
    if signal.stored is None:
        yield "row", f"the signal cannot be read: {signal.problem}"


def _outcome_problems(row: AuditRow, outcome: OutcomeRow) -> Iterator[tuple[str, str]]:
    if outcome.signal_id != row.name:
        yield "outcome", f"the record names {row.name[:64]!a}, its outcome {outcome.signal_id[:64]!a}"
    if not outcome.has_signal:
        yield "outcome", f"the outcome's signal {outcome.signal_id[:64]!a} is not stored"
    if outcome.recorded_at != row.recorded_at:
        yield "outcome", "the outcome's time is not that of the record"
    problem = outcome.problem if outcome.outcome is None else outcome_problem(outcome.outcome)
    if problem is not None:
        yield "outcome", f"the outcome is none: {problem}"


def _is_written_by_us(text: str) -> bool:
    try:
        return write_moment(read_moment("recorded_at", text)) == text
    except SenderError:
        return False
