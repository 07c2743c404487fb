"""When a backup is due, and which may go. Nothing younger than seven years is ever lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from argo_core.model.backup import BackupRecord, LastBackup

KEPT_YEARS = 7
KEPT_DAYS = 2_557
"""The most days that seven years can have: two of them leap years. What a store's lifecycle counts in."""


def expired(taken_at: datetime, now: datetime) -> bool:
    """Whether seven whole years have passed."""
    return now - taken_at > timedelta(days=KEPT_DAYS)


def removable(records: Sequence[BackupRecord], now: datetime, local_days: int | None) -> tuple[str, ...]:
    """The names of those that may be removed here, oldest first.

    Any after seven years; with `local_days` also what is older than that, was verified, and lies in another place,
    which keeps it for the rest of the seven years. Never the newest one that was verified.
    """
    sound = [record for record in records if record.verified]
    newest = max(sound, key=lambda record: record.taken_at).name if sound else None

    def may_go(record: BackupRecord) -> bool:
        if record.name == newest:
            return False
        if expired(record.taken_at, now):
            return True
        carried = record.verified and bool(record.uploaded_to)
        return local_days is not None and carried and now - record.taken_at > timedelta(days=local_days)

    ordered = sorted(records, key=lambda record: record.taken_at)
    return tuple(record.name for record in ordered if may_go(record))


def due(records: Sequence[BackupRecord], at: time, now: datetime, since: datetime) -> bool:
    """Whether the day's backup is missing: none was verified since the last `at` (UTC).

    Where there is no sound one at all, the first is due at the first `at` after `since`, when somebody began to look.
    """
    last = datetime.combine(now.astimezone(UTC).date(), at, tzinfo=UTC)
    if last > now:
        last -= timedelta(days=1)
    sound = [record.taken_at for record in records if record.verified]
    return max(sound, default=since) < last


def last_backup(records: Sequence[BackupRecord]) -> LastBackup | None:
    """The newest one, sound or not; None where there is none."""
    if not records:
        return None
    newest = max(records, key=lambda record: record.taken_at)
    return LastBackup(
        taken_at=newest.taken_at, verified=newest.verified, bytes=newest.bytes, uploaded=bool(newest.uploaded_to)
    )
