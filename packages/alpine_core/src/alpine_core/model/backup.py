"""What a backup says of itself, what became of it, and which may go: nothing younger than seven years is ever lost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import msgspec

from alpine_core.errors import OperatorError

ENTITY = "alpine"
FORM = 1
_NAME = re.compile(ENTITY + r"-(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)T\d{6}Z")
KEPT_DAYS = 2_557
"""The most days that seven years can have."""


class BackupManifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Beside the one file of a backup: its name, bytes and SHA-256 (64 hex digits), the schema and the rows of every
    table at that moment, and how many entries of each log were mirrored. It holds no key."""

    entity: str
    backend: str
    taken_at: datetime
    schema: str
    rows: dict[str, int]
    logs: dict[str, int]
    file: str
    bytes: int
    sha256: str
    form: int = FORM


class BackupRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`taken_at` is None where nothing that can be read says it. `findings` say why a restore in a scratch place did
    not hold, or why the backup cannot be read (`damaged`, which is never noted); `uploaded_to` is empty while no other
    place has it, and `upload_error` says why."""

    name: str
    taken_at: datetime | None
    bytes: int
    verified_at: datetime | None = None
    findings: tuple[str, ...] = ()
    uploaded_to: str = ""
    upload_error: str = ""
    damaged: bool = False

    @property
    def finding(self) -> str:
        """What was found, in one line; empty if nothing was."""
        return "; ".join(self.findings)

    @property
    def elsewhere(self) -> str:
        """The other place that has it, or why none has; empty if it was not tried."""
        return self.uploaded_to or self.upload_error


class BackupRound(msgspec.Struct, frozen=True, kw_only=True):
    """`waiting`: sound backups that lie nowhere else, though they should. `why`: what is wrong with this round;
    empty if nothing is. `damaged`: older ones that nobody could restore, which is told and fails no round."""

    backup: BackupRecord
    waiting: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    why: str = ""

    @property
    def told(self) -> str:
        """What an operator must know: what is wrong with this round, or else what is damaged; empty if nothing is."""
        if self.why or not self.damaged:
            return self.why
        return f"older backups that cannot be read: {len(self.damaged)} ({', '.join(self.damaged[:3])})"


class LastBackup(msgspec.Struct, frozen=True, kw_only=True):
    """The newest backup, as health and metrics show it."""

    taken_at: datetime
    verified: bool
    bytes: int
    uploaded: bool


def backup_name(taken_at: datetime) -> str:
    """Sorts by time. `taken_at` is UTC."""
    return f"{ENTITY}-{taken_at:%Y%m%dT%H%M%SZ}"


def last_backup(records: Sequence[BackupRecord]) -> LastBackup | None:
    """None where there is none whose time is known."""
    timed = _timed(records)
    if not timed:
        return None
    newest, taken_at = max(timed, key=lambda one: one[1])
    verified, uploaded = newest.verified_at is not None, bool(newest.uploaded_to)
    return LastBackup(taken_at=taken_at, verified=verified, bytes=newest.bytes, uploaded=uploaded)


def backup_due(records: Sequence[BackupRecord], at: time, now: datetime, since: datetime) -> bool:
    """Whether none was verified since the last `at` (UTC); where there is none, since the first `at` after `since`."""
    last = datetime.combine(now.astimezone(UTC).date(), at, tzinfo=UTC)
    if last > now:
        last -= timedelta(days=1)
    return max((at for one, at in _timed(records) if one.verified_at is not None), default=since) < last


def removable(records: Sequence[BackupRecord], now: datetime, local_days: int | None) -> tuple[str, ...]:
    """Names that may be removed here: after seven years, or after `local_days` what was verified and lies elsewhere for
    the rest of them. Never the newest one that was verified, nor one of which nothing says when it was taken."""
    timed = _timed(records)
    newest = max(((at, one.name) for one, at in timed if one.verified_at is not None), default=(None, ""))[1]

    def may_go(one: BackupRecord, taken_at: datetime) -> bool:
        age = now - taken_at
        early = local_days is not None and age > timedelta(days=local_days)
        return age > timedelta(days=KEPT_DAYS) or (early and one.verified_at is not None and bool(one.uploaded_to))

    return tuple(one.name for one, at in timed if one.name != newest and may_go(one, at))


def moment_of_name(name: str) -> datetime | None:
    """What `backup_name` was given, to the second; None for a name of another form."""
    if _NAME.fullmatch(name) is None:
        return None
    try:
        return datetime.strptime(name, f"{ENTITY}-%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def believed(name: str, told: datetime | None) -> datetime | None:
    """When a backup was taken: what a file in its folder told, unless the folder's name contradicts it."""
    named, told = moment_of_name(name), told if told is not None and told.tzinfo is not None else None
    if named is None or (told is not None and told.replace(microsecond=0) == named):
        return told
    return named


def _timed(records: Sequence[BackupRecord]) -> list[tuple[BackupRecord, datetime]]:
    found = ((one, believed(one.name, one.taken_at)) for one in records)
    return [(one, at) for one, at in found if at is not None]


def place_below(root: str, name: str) -> str:
    """Where a backup of that name lies below `root` (as `s3://BUCKET/PREFIX`). Raises OperatorError."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise OperatorError(f"{name!r} is no backup's name: write {ENTITY}-YYYYMMDDTHHMMSSZ")
    return f"{root.rstrip('/')}/{ENTITY}/{found['year']}/{found['month']}/{found['day']}/{name}"
