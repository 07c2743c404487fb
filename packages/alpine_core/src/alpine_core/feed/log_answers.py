"""The public log as programs ask for it: completeness and findings, ready to be written as JSON."""

from __future__ import annotations

from datetime import datetime

import msgspec

from alpine_core.feed.public_log import LogState, PublicLog
from alpine_core.model.alarm import Alarm
from alpine_core.verify.monitor import RULES, Counts, SealedSignal

MOST_SEALED = 200


class LogCompleteness(msgspec.Struct, frozen=True, kw_only=True):
    """One log: `counts` are of its mirrored entries; `sealed` the newest signals that it has not disclosed yet."""

    origin: str
    first_seen_at: datetime
    size: int
    mirrored: int
    halted: bool
    witnessed_at: int | None
    last_at: str
    counts: Counts
    findings: int
    sealed: tuple[SealedSignal, ...]


class Completeness(msgspec.Struct, frozen=True, kw_only=True):
    """Every pinned log of which something was accepted."""

    logs: tuple[LogCompleteness, ...]


class FindingAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A broken rule: `index` of the entry, `code` and what it means."""

    origin: str
    index: int
    code: str
    meaning: str


class SplitViewAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Two signed notes of one log that belong to no one history.

    The request that brought the second is kept for operators: it may hold a signal that is not public yet.
    """

    origin: str
    kept: str
    offered: str
    raised_at: datetime


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """Empty lists: nothing was found."""

    findings: tuple[FindingAnswer, ...]
    split_views: tuple[SplitViewAnswer, ...]


async def completeness_of(log: PublicLog, now: datetime) -> Completeness:
    """How many signals were sealed, disclosed and resolved, and whether one is missing. Raises StoreError."""
    return Completeness(logs=tuple(map(_completeness, await log.states(now))))


async def findings_of(log: PublicLog, now: datetime) -> Findings:
    """Which rules the logs broke, and every rewritten history with its two notes. Raises StoreError."""
    found = (
        FindingAnswer(origin=state.origin, index=each.index, code=each.code, meaning=RULES[each.code])
        for state in await log.states(now)
        for each in state.findings
    )
    return Findings(findings=tuple(found), split_views=tuple(map(_split_view, await log.split_views())))


def _completeness(state: LogState) -> LogCompleteness:
    return LogCompleteness(
        origin=state.origin,
        first_seen_at=state.first_seen_at,
        size=state.size,
        mirrored=state.mirrored,
        halted=state.halted,
        witnessed_at=state.witnessed_at,
        last_at=state.last_at,
        counts=state.counts,
        findings=len(state.findings),
        sealed=state.sealed[:MOST_SEALED],
    )


def _split_view(alarm: Alarm) -> SplitViewAnswer:
    return SplitViewAnswer(
        origin=alarm.subject,
        kept=alarm.stored,
        offered=alarm.offered,
        raised_at=alarm.raised_at,
    )
