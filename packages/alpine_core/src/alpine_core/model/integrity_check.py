"""What a look at the stored record found."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import msgspec

SAMPLE, FULL = "sample", "full"


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


def next_night(after: datetime, at: time) -> datetime:
    """The first `at` (UTC) later than `after` (aware)."""
    due = datetime.combine(after.astimezone(UTC).date(), at, tzinfo=UTC)
    return due if due > after else due + timedelta(days=1)
