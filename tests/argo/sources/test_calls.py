"""Which calls of a source count as answered, failed, or not due."""

from __future__ import annotations

import msgspec
import pytest

from argo_core.model.decision import AbsenceRecord, Decision
from argo_core.model.source import SourceCall
from argo_core.sources.calls import CallOutcome, CountedCall, counted_calls
from argo_core.testing.sample_cycles import sample_decision


def call(source: str = "massive", *, asked: int = 2, answered: int = 0, failure: str | None = None) -> SourceCall:
    return SourceCall(source=source, asked=asked, answered=answered, saved=0, duration_ms=7.5, failure=failure)


def decided(*absences: AbsenceRecord) -> Decision:
    return msgspec.structs.replace(sample_decision("d"), absences=absences)


@pytest.mark.parametrize(
    ("made", "outcome", "kind"),
    [
        (call(answered=2), CallOutcome.ANSWERED, None),
        (call(answered=1), CallOutcome.ANSWERED, None),
        (call(), CallOutcome.NOT_DUE, None),
        (call(failure="vendor error"), CallOutcome.FAILED, "vendor_error"),
        (call(failure="timeout", answered=1), CallOutcome.FAILED, "timeout"),
        (call(failure="race lost"), CallOutcome.NOT_DUE, None),
    ],
)
def test_a_call_is_counted_once(made: SourceCall, outcome: CallOutcome, kind: str | None) -> None:
    expected = CountedCall(source="massive", outcome=outcome, kind=kind, duration_ms=7.5)
    assert list(counted_calls([made], [])) == [expected]


def test_a_source_that_was_due_and_brought_nothing_has_failed_for_its_commonest_reason() -> None:
    stale = AbsenceRecord(source="massive", reason="stale", expected=True)
    empty = AbsenceRecord(source="massive", reason="no data", expected=True)
    (counted,) = counted_calls([call()], [decided(empty), decided(stale), decided(stale)])
    assert (counted.outcome, counted.kind) == (CallOutcome.FAILED, "stale")


def test_a_source_is_not_blamed_for_bars_that_no_vendor_brought() -> None:
    silent = AbsenceRecord(source="massive", reason="vendors silent", expected=True)
    (counted,) = counted_calls([call()], [decided(silent)])
    assert (counted.outcome, counted.kind) == (CallOutcome.NOT_DUE, None)


def test_an_absence_that_nobody_expected_is_no_failure() -> None:
    absence = AbsenceRecord(source="massive", reason="no recording", expected=False)
    (counted,) = counted_calls([call()], [decided(absence)])
    assert counted.outcome is CallOutcome.NOT_DUE


def test_a_source_that_was_not_asked_made_no_call() -> None:
    assert list(counted_calls([call(asked=0)], [])) == []
