"""A backup taken, restored in a scratch place, carried further, and the old ones let go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from argo_core.alerts.runbooks import BACKUP_FAILED
from argo_core.errors import StoreError
from argo_core.model.alert import Alert, Severity
from argo_core.model.backup import BackupRecord
from argo_core.pipeline.backup_policy import KEPT_DAYS, removable
from argo_core.ports.backup_shelf import BackupShelf, BackupTrial, BackupUpload
from argo_core.ports.clock import Clock

MATTER = "backup"


class BackupRun(msgspec.Struct, frozen=True, kw_only=True):
    """One round. `carried` and `waiting`: backups that were uploaded now, and that still have to be; `removed` by the
    rule of seven years; `damaged`: older ones that nobody could restore, which is told and fails no round: `ok` means
    that a sound backup was made and nothing waits."""

    backup: BackupRecord
    carried: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.fault

    @property
    def fault(self) -> str:
        """What is wrong with this round, in one line; empty if nothing is."""
        if not self.backup.verified:
            return f"backup {self.backup.name} does not hold: {'; '.join(self.backup.findings[:3])}"
        if self.waiting:
            return f"backups that are here and nowhere else: {len(self.waiting)} ({self.backup.upload_error})"
        return ""

    @property
    def why(self) -> str:
        """What a person must know, in one line: the fault, or else what is damaged; empty if nothing is."""
        if self.fault or not self.damaged:
            return self.fault
        return f"older backups that cannot be read: {len(self.damaged)} ({', '.join(self.damaged[:3])})"


@dataclass(frozen=True, slots=True)
class BackupKeeper:
    """`upload` None: backups stay where they are taken. `local_days` None: they stay there for seven years."""

    shelf: BackupShelf
    trial: BackupTrial
    upload: BackupUpload | None
    clock: Clock
    local_days: int | None = None

    async def run(self) -> BackupRun:
        """A new backup, tried at once. One that does not hold is kept as evidence and never uploaded.

        An upload that fails is no failure of the backup: it stays here, and the next run tries again. A crash leaves
        what was noted; the next run goes on from there. Raises StoreError where none could be taken or tried.
        """
        taken = await self.shelf.take(self.clock.now())
        await self.shelf.note(await self.tried(taken))
        carried = await self._carry()
        records = {record.name: record for record in await self.shelf.records()}
        backup = records[taken.name]
        removed = removable(tuple(records.values()), self.clock.now(), self.local_days) if backup.verified else ()
        for name in removed:
            await self.shelf.remove(name)
        waiting = _waiting(records.values()) if self.upload is not None else ()
        damaged = tuple(name for name, record in records.items() if record.damaged and name not in removed)
        return BackupRun(backup=backup, carried=carried, waiting=waiting, removed=removed, damaged=damaged)

    async def tried(self, record: BackupRecord) -> BackupRecord:
        """The record with what a restore in a scratch place found. Raises StoreError."""
        found = await self.trial.check(record.name)
        verified_at = None if found.findings else self.clock.now()
        return msgspec.structs.replace(record, verified_at=verified_at, findings=found.findings, notes=found.notes)

    async def lifecycle(self) -> int:
        """Tell the other place to keep backups for seven years; the days. Raises StoreError."""
        if self.upload is None:
            raise StoreError("there is no other place: set backups.bucket")
        await self.upload.keep_for(KEPT_DAYS)
        return KEPT_DAYS

    async def _carry(self) -> tuple[str, ...]:
        carried: list[str] = []
        for record in await self.shelf.records() if self.upload is not None else ():
            if self.upload is None or not record.verified or record.uploaded_to or record.taken_at is None:
                continue
            try:
                place = await self.upload.put(record.name, record.taken_at)
            except StoreError as error:
                await self.shelf.note(msgspec.structs.replace(record, upload_error=str(error)))
                continue
            await self.shelf.note(msgspec.structs.replace(record, uploaded_to=place, upload_error=""))
            carried.append(record.name)
        return tuple(carried)


def _waiting(records: Iterable[BackupRecord]) -> tuple[str, ...]:
    return tuple(record.name for record in records if record.verified and not record.uploaded_to)


def backup_alert(why: str, at: datetime) -> Alert:
    """What a person should know of a round; an empty `why` ends the matter."""
    return Alert(
        dedup_key=MATTER,
        title="backups are sound again" if not why else "backups are not sound",
        message=why or "the newest backup was restored in a scratch place and holds, and every older one can be read",
        severity=Severity.CRITICAL,
        source="argo-generator",
        raised_at=at,
        runbook=BACKUP_FAILED,
        resolved=not why,
    )
