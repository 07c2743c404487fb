"""Counts and findings of a record as lines for a person."""

from __future__ import annotations

from collections.abc import Sequence

from alpine_core.verify.monitor import RULES, Counts, MonitorFinding

MOST_SHOWN = 20


def completeness_line(counts: Counts) -> str:
    """How complete the record is, in one line."""
    missing = "none missing" if not counts.missing else f"{counts.missing} MISSING"
    return (
        f"{counts.signals:,} sealed, {counts.revealed:,} revealed, {counts.closed:,} resolved, {missing}"
        f" ({counts.open:,} open, {counts.overdue:,} overdue)"
    )


def finding_lines(findings: Sequence[MonitorFinding]) -> list[str]:
    """One line for each finding; of many, the first and how many more."""
    lines = [f"entry {each.index}: {RULES[each.code]} ({each.code})" for each in findings[:MOST_SHOWN]]
    if len(findings) > MOST_SHOWN:
        lines.append(f"and {len(findings) - MOST_SHOWN:,} more")
    return lines
