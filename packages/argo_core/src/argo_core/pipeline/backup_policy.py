"""When a backup is due, and which may go. Nothing younger than seven years is ever lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from argo_core.model.backup import BackupRecord, LastBackup, time_of

KEPT_YEARS = 7
KEPT_DAYS = 2_557
"""The most days that seven years can have: two of them leap years. What a store's lifecycle counts in."""


def expired(taken_at: datetime, now: datetime) -> bool:
    """Whether seven whole years have passed."""
    return now - taken_at > timedelta(days=KEPT_DAYS)


def removable(records: Sequence[BackupRecord], now: datetime, local_days: int | None) -> tuple[str, ...]:
    """The names of those that may be removed here, oldest first.

    Any after seven years; with `local_days` also what is older than that, was verified, and lies in another place,
    which keeps it for the rest of the seven years. Never the newest one that was verified, and never one of which
    nobody knows when it was taken.
    """
    dated = _dated(records)
    newest = max(((at, record.name) for at, record in dated if record.verified), default=(None, None))[1]

    def may_go(taken_at: datetime, record: BackupRecord) -> bool:
        if record.name == newest:
            return False
        if expired(taken_at, now):
            return True
        carried = record.verified and bool(record.uploaded_to)
        return local_days is not None and carried and now - taken_at > timedelta(days=local_days)

    return tuple(record.name for taken_at, record in dated if may_go(taken_at, record))


def due(records: Sequence[BackupRecord], at: time, now: datetime, since: datetime) -> bool:
    """Whether the day's backup is missing: none was verified since the last `at` (UTC).

    Where there is no sound one at all, the first is due at the first `at` after `since`, when somebody began to look.
    """
    last = datetime.combine(now.astimezone(UTC).date(), at, tzinfo=UTC)
    if last > now:
        last -= timedelta(days=1)
    return max((at for at, record in _dated(records) if record.verified), default=since) < last


def last_backup(records: Sequence[BackupRecord]) -> LastBackup | None:
    """The newest one, sound or not; None where there is none whose time is known."""
    dated = _dated(records)
    if not dated:
        return None
    taken_at, newest = dated[-1]
    return LastBackup(
        taken_at=taken_at, verified=newest.verified, bytes=newest.bytes, uploaded=bool(newest.uploaded_to)
    )


def _dated(records: Sequence[BackupRecord]) -> list[tuple[datetime, BackupRecord]]:
    """Those whose time is known, oldest first."""
    known = [(at, record) for record in records if (at := time_of(record.name, record.taken_at)) is not None]
    return sorted(known, key=lambda one: one[0])
