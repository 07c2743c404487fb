"""What a look at the stored record found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta

import msgspec

SAMPLE, FULL, REPLAY = "sample", "full", "replay"
"""Some records in each hour; everything in each night; the mirrored logs read on."""
TRY_AGAIN = timedelta(minutes=30)
"""After a full check that began and did not end: it failed, or its process was killed, or it is under way."""
LATE = timedelta(hours=36)
MOST_STANDING = 1_000


class IntegrityCheck(msgspec.Struct, frozen=True, kw_only=True):
    """The newest check of a kind, `sample` or `full`, by this process. `checked`: records of a sample, signals of a
    full one. `failed`: what it found, of which `rows` names the first; `runs` and `found` count since the process
    started."""

    kind: str
    finished_at: datetime
    checked: int
    failed: int
    rows: tuple[str, ...] = ()
    runs: int = 1
    found: int = 0


class StandingFinding(msgspec.Struct, frozen=True, kw_only=True):
    """What does not hold, by the newest check that looked at it, of `kind`; `found_at` by the first of those in a row
    that found it."""

    subject: str
    words: str
    kind: str
    found_at: datetime


class CheckStanding(msgspec.Struct, frozen=True, kw_only=True):
    """How checks of a kind stand for all workers. `since`: when they were first expected; `began_at`: the newest that
    began, `finished_at` the newest that ended (None: none yet), which looked at `checked` and found `failed`."""

    kind: str
    since: datetime
    began_at: datetime | None = None
    finished_at: datetime | None = None
    checked: int = 0
    failed: int = 0

    @property
    def vouched_at(self) -> datetime:
        """Since when nobody has looked: the newest end, else since when one is expected."""
        return self.since if self.finished_at is None else self.finished_at


class CheckEnd(msgspec.Struct, frozen=True, kw_only=True):
    """A check has ended. `failed` counts all that it found, `found` may be the first of it; `looked_at`: the rows of a
    sample, whatever a full check."""

    kind: str
    finished_at: datetime
    checked: int
    failed: int
    found: tuple[StandingFinding, ...] = ()
    looked_at: frozenset[str] = frozenset()


def after_check(before: Sequence[StandingFinding], end: CheckEnd) -> tuple[StandingFinding, ...]:
    """What stands then, oldest first. A full check says everything anew; a sample ends what samples found in the rows
    that it looked at, and adds."""
    found = {(one.subject, one.words) for one in end.found}
    if end.kind == FULL:
        kept = [msgspec.structs.replace(one, kind=FULL) for one in before if (one.subject, one.words) in found]
    else:
        ended = {one for one in before if one.kind == end.kind and one.subject in end.looked_at}
        kept = [one for one in before if one not in ended or (one.subject, one.words) in found]
    return after_adding(kept, end.found)


def after_adding(before: Sequence[StandingFinding], found: Iterable[StandingFinding]) -> tuple[StandingFinding, ...]:
    """With what did not stand before, MOST_STANDING in all."""
    standing = {(one.subject, one.words): one for one in before}
    for one in found:
        standing.setdefault((one.subject, one.words), one)
    return tuple(standing.values())[:MOST_STANDING]


def expected_checks(checks: Iterable[CheckStanding], *, nightly: bool) -> tuple[CheckStanding, ...]:
    """Those that are still made where full checks are, or are not, made in each night."""
    return tuple(one for one in checks if nightly or one.kind != FULL)


def is_due(check: CheckStanding, at: time, now: datetime) -> bool:
    """Whether a full check is to begin now: the night `at` (UTC) has come since the last one."""
    is_open = check.began_at is not None and (check.finished_at is None or check.began_at > check.finished_at)
    if is_open and check.began_at is not None and now - check.began_at < TRY_AGAIN:
        return False
    return now >= next_night(check.vouched_at, at)


def next_night(after: datetime, at: time) -> datetime:
    """The first `at` (UTC) later than `after` (aware)."""
    due = datetime.combine(after.astimezone(UTC).date(), at, tzinfo=UTC)
    return due if due > after else due + timedelta(days=1)
