"""How a source's call in one cycle went, in the words that are counted."""

from __future__ import annotations

import enum
from collections import Counter, defaultdict
from collections.abc import Iterator

import msgspec

from argo_core.model.cycle import CycleRecord
from argo_core.pipeline import CycleReport


class CallOutcome(enum.StrEnum):
    """NOT_DUE: the source had nothing to say and nobody expected it to; neither a success nor a failure."""

    ANSWERED = "answered"
    FAILED = "failed"
    NOT_DUE = "not_due"


class CountedCall(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` names the failure in label form, such as `vendor_error`; None unless the call failed."""

    source: str
    outcome: CallOutcome
    kind: str | None
    duration_ms: float


def counted_calls(report: CycleReport) -> Iterator[CountedCall]:
    """The calls of a cycle that went out. One that was due and brought no vote at all counts as failed."""
    missing = _expected_absences(report.record)
    for call in report.calls:
        if call.asked == 0:
            continue
        kind = call.failure
        if kind is None and call.answered == 0 and missing[call.source]:
            kind = missing[call.source].most_common(1)[0][0]
        outcome = CallOutcome.ANSWERED if call.answered else CallOutcome.NOT_DUE
        yield CountedCall(
            source=call.source,
            outcome=outcome if kind is None else CallOutcome.FAILED,
            kind=None if kind is None else kind.replace(" ", "_"),
            duration_ms=call.duration_ms,
        )


def _expected_absences(record: CycleRecord) -> defaultdict[str, Counter[str]]:
    reasons: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for decision in record.decisions:
        for absence in decision.absences:
            if absence.expected:
                reasons[absence.source][absence.reason] += 1
    return reasons
