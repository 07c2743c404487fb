"""What a backup says of itself, what was found when it was tried, and where it lies."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import msgspec

from argo_core.errors import DataError

ENTITY = "argo"
FORM = 1
"""Of the manifest. A program refuses forms that it does not know."""
_NAME = re.compile(ENTITY + r"-(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)T\d{6}Z")


class BackupFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file beside the manifest; `sha256` in 64 hex digits, of the file as it lies there."""

    name: str
    bytes: int
    sha256: str


class LedgerMark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the log stood: entries under the newest signed note, their root (hex), and the note itself."""

    size: int
    root: str
    checkpoint: str


class DatabaseFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A database at one moment: schema revision, rows of every table, the log's end (None: nothing is signed yet)."""

    schema: str
    rows: dict[str, int]
    ledger: LedgerMark | None = None


class BackupManifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything about one backup but the backup. `backend` is `sqlite` or `postgresql`. It names and holds
    no key: keys lie outside of the database."""

    entity: str
    backend: str
    taken_at: datetime
    facts: DatabaseFacts
    files: tuple[BackupFile, ...]
    form: int = FORM


class BackupRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one backup. `verified_at` is None while no restore of it has held; `findings` say why it did not,
    or why it cannot be read. `taken_at` is None where nothing that can be read says when that was.

    `damaged`: its own description cannot be read any more, which is never noted. `uploaded_to` is empty while no other
    place has it; `upload_error` says why.
    """

    name: str
    taken_at: datetime | None
    bytes: int
    verified_at: datetime | None = None
    findings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    uploaded_to: str = ""
    upload_error: str = ""
    damaged: bool = False

    @property
    def verified(self) -> bool:
        return self.verified_at is not None


class LastBackup(msgspec.Struct, frozen=True, kw_only=True):
    """The newest backup, as health and metrics show it; `bytes` as it lies there, compressed."""

    taken_at: datetime
    verified: bool
    bytes: int
    uploaded: bool


def backup_name(taken_at: datetime) -> str:
    """Sorts by time. `taken_at` is UTC."""
    return f"{ENTITY}-{taken_at:%Y%m%dT%H%M%SZ}"


def time_of(name: str, said: datetime | None) -> datetime | None:
    """When the backup of that name was taken, UTC: its name says it to the second, and what else is `said` counts only
    within that second, or where the name is of another form. A damaged file cannot make a backup older than it is."""
    said = None if said is None or said.tzinfo is None else said
    if _NAME.fullmatch(name) is None:
        return said
    try:
        named = datetime.strptime(name, f"{ENTITY}-%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return said
    return said if said is not None and timedelta(0) <= said - named < timedelta(seconds=1) else named


def place_below(root: str, name: str) -> str:
    """Where a backup of that name lies below `root` (as `s3://BUCKET/PREFIX`). Raises DataError `bad_name`."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise DataError("bad_name", f"{name!r} is no backup's name: write {ENTITY}-YYYYMMDDTHHMMSSZ")
    return f"{root.rstrip('/')}/{ENTITY}/{found['year']}/{found['month']}/{found['day']}/{name}"
