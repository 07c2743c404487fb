"""Backups in memory: a shelf, a trial and another place, each of which can be told to fail."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.errors import StoreError, Unavailable
from argo_core.model.backup import BackupRecord, backup_name
from argo_core.model.restored_database import CheckedBackup


class MemoryBackups:
    """`ports.BackupShelf`. Every backup counts 1,000 bytes."""

    def __init__(self) -> None:
        self.held: dict[str, BackupRecord] = {}

    async def take(self, at: datetime) -> BackupRecord:
        """Empty, and whole."""
        record = BackupRecord(name=backup_name(at), taken_at=at, bytes=1_000)
        if record.name in self.held:
            raise StoreError(f"{record.name} is there already: wait a second and try again")
        self.held[record.name] = record
        return record

    async def records(self) -> tuple[BackupRecord, ...]:
        """By name, which is by time."""
        return tuple(sorted(self.held.values(), key=lambda record: record.name))

    async def note(self, record: BackupRecord) -> None:
        """In its place."""
        if record.name not in self.held:
            raise StoreError(f"there is no backup {record.name}: list them")
        self.held[record.name] = record

    async def remove(self, name: str) -> None:
        """Forgotten."""
        self.held.pop(name, None)


class MemoryTrial:
    """`ports.BackupTrial` that finds what it is told to find."""

    def __init__(self) -> None:
        self.findings: tuple[str, ...] = ()

    async def check(self, name: str) -> CheckedBackup:
        """Of any name."""
        return CheckedBackup(findings=self.findings)


class MemoryUpload:
    """`ports.BackupUpload`; `content` by place is a name. While `down`, nobody answers."""

    def __init__(self, shelf: MemoryBackups) -> None:
        self.content: dict[str, BackupRecord] = {}
        self.kept_days: int | None = None
        self.down = False
        self._shelf = shelf

    async def put(self, name: str, taken_at: datetime) -> str:
        """Under its day."""
        if self.down:
            raise Unavailable("memory:// cannot be used: it is down")
        place = f"memory://{taken_at:%Y/%m/%d}/{name}"
        self.content[place] = self._shelf.held[name]
        return place

    async def fetch(self, place: str) -> str:
        """Back onto the shelf."""
        if place not in self.content:
            raise StoreError(f"{place} holds no whole backup: manifest.json is not there")
        record = msgspec.structs.replace(self.content[place], uploaded_to=place)
        self._shelf.held.setdefault(record.name, record)
        return record.name

    async def keep_for(self, days: int) -> None:
        """Remembered."""
        self.kept_days = days
