"""A run of decisions at a glance: the newest of each symbol, and which sources did not vote, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

import msgspec

from argo_core.model.decision import Decision


class MissingSource(msgspec.Struct, frozen=True, kw_only=True):
    """A source without a vote, the reason, whether it was due, and in how many of the decisions."""

    source: str
    reason: str
    expected: bool
    decisions: int


def missing_sources(decisions: Iterable[Decision]) -> tuple[MissingSource, ...]:
    """By source, then reason."""
    counts = Counter(
        (absence.source, absence.reason, absence.expected) for decision in decisions for absence in decision.absences
    )
    return tuple(
        MissingSource(source=source, reason=reason, expected=expected, decisions=count)
        for (source, reason, expected), count in sorted(counts.items())
    )


def still_followed(decisions: Iterable[Decision], symbols: Collection[str]) -> tuple[Decision, ...]:
    """Those on `symbols`: a symbol that was taken out of the settings has decisions, and no newest word."""
    return tuple(decision for decision in decisions if decision.symbol in symbols)


def newest_per_symbol(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The first decision of each symbol, in order of symbols; `decisions` come newest first."""
    first: dict[str, Decision] = {}
    for decision in decisions:
        first.setdefault(decision.symbol, decision)
    return tuple(first[symbol] for symbol in sorted(first))
