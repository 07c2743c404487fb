"""How the calls of one cycle went: answered, failed and why, or not due."""

from __future__ import annotations

import enum
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from argo_core.model.decision import Decision
from argo_core.model.source import SourceCall
from argo_core.model.vote import Absence

NO_FAULT = frozenset(
    absence.label for absence in (Absence.RACE_LOST, Absence.NOT_ASKED, Absence.CALL_SAVED, Absence.VENDORS_SILENT)
)
"""Absences that say nothing about the source: it was called off, nobody called, or others brought no bars."""


class CallOutcome(enum.StrEnum):
    """NOT_DUE: the source said nothing and nobody expected it to; neither a success nor a failure."""

    ANSWERED = "answered"
    FAILED = "failed"
    NOT_DUE = "not_due"


class CountedCall(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` names the failure in label form, such as `vendor_error`; None unless the call failed."""

    source: str
    outcome: CallOutcome
    kind: str | None
    duration_ms: float

    @property
    def latency_ms(self) -> float | None:
        """How long an answer took; None for a source that was not due, whose silence takes no time."""
        return None if self.outcome is CallOutcome.NOT_DUE else self.duration_ms


def counted_calls(calls: Iterable[SourceCall], decisions: Iterable[Decision]) -> Iterator[CountedCall]:
    """The calls that went out. One that was due, by the decisions' absences, and brought no vote counts as failed."""
    missing: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for decision in decisions:
        for absence in decision.absences:
            if absence.expected:
                missing[absence.source][absence.reason] += 1
    for call in calls:
        if call.asked == 0:
            continue
        kind = call.failure
        if kind is None and call.answered == 0 and missing[call.source]:
            kind = missing[call.source].most_common(1)[0][0]
        if kind in NO_FAULT:
            kind = None
        outcome = CallOutcome.ANSWERED if call.answered else CallOutcome.NOT_DUE
        yield CountedCall(
            source=call.source,
            outcome=outcome if kind is None else CallOutcome.FAILED,
            kind=None if kind is None else kind.replace(" ", "_"),
            duration_ms=call.duration_ms,
        )
