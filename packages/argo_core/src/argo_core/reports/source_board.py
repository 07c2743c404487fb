"""What each source said last, symbol by symbol: its vote with its age, or why there is none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

import msgspec

from argo_core.model.decision import Decision


class SourceWord(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` is vote, saved (an early exit spared the call), or absent. A vote has direction, confidence 0–100 and age
    at its decision, which was made at `decided_at`, market time; an absence its reason, and whether it was due."""

    symbol: str
    kind: str
    decided_at: datetime
    direction: str | None = None
    confidence: float | None = None
    age_seconds: float | None = None
    reason: str | None = None
    expected: bool = False


def source_board(decisions: Iterable[Decision]) -> dict[str, tuple[SourceWord, ...]]:
    """By source, in the order of the decisions; `decisions` hold one per symbol."""
    words: defaultdict[str, list[SourceWord]] = defaultdict(list)
    for decision in decisions:
        for vote in decision.votes:
            words[vote.source].append(
                SourceWord(
                    symbol=decision.symbol,
                    kind="vote",
                    decided_at=decision.as_of,
                    direction=vote.direction,
                    confidence=vote.confidence,
                    age_seconds=vote.age_seconds,
                )
            )
        for absence in decision.absences:
            kind = "saved" if absence.source in decision.saved_calls else "absent"
            words[absence.source].append(
                SourceWord(
                    symbol=decision.symbol,
                    kind=kind,
                    decided_at=decision.as_of,
                    reason=absence.reason,
                    expected=absence.expected,
                )
            )
    return {source: tuple(told) for source, told in words.items()}
