"""A round of backups: taken, restored in a scratch place, carried elsewhere, the old ones let go."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from alpine_core.adapters.backups.copying import copied
from alpine_core.adapters.backups.folder import (
    MANIFEST,
    RECORD,
    digest,
    one_at_a_time,
    read_manifest,
    sync,
    write_durably,
)
from alpine_core.adapters.backups.restoring import Look, restored, scratch
from alpine_core.adapters.sql.address import parse_url
from alpine_core.adapters.sql.failures import store_errors
from alpine_core.errors import OperatorError, StoreError
from alpine_core.model.backup import ENTITY, BackupManifest, BackupRecord, BackupRound, backup_name, believed, removable
from alpine_core.ports.backup_place import BackupPlace


class BackupHouse:
    """Of the database at `url`, in `folder`. `elsewhere` None: backups stay here; `local_days` None: for seven years.

    One process at a time. A kill leaves what was whole before, and a folder aside that the next round removes.
    """

    def __init__(
        self, folder: Path, url: str, migrations: Path, look: Look,
        elsewhere: BackupPlace | None = None, local_days: int | None = None,
    ) -> None:  # fmt: skip
        self.folder, self.elsewhere, self._url, self._migrations = folder, elsewhere, url, migrations
        self._look, self._local_days = look, local_days

    async def round(self, now: Callable[[], datetime]) -> BackupRound:
        """Raises OperatorError, StoreError where none could be taken or tried; what does not hold is in the record."""
        with one_at_a_time(self.folder):
            taken = await self._taken(now())
            findings = await self._tried(taken.name)
            verified_at = None if findings else now()
            await self._note(msgspec.structs.replace(taken, verified_at=verified_at, findings=findings))
            for record in await self.records() if self.elsewhere is not None else ():
                await self._carry(record)
            records = await self.records()
            removed = removable(records, now(), self._local_days) if not findings else ()
            for name in removed:
                await asyncio.to_thread(_remove, self.folder, name)
        backup = next(one for one in records if one.name == taken.name)
        waits = [one for one in records if one.verified_at is not None and not one.uploaded_to]
        waiting = tuple(one.name for one in waits) if self.elsewhere is not None else ()
        damaged = tuple(one.name for one in records if one.damaged and one.name not in removed)
        why = _why(backup, waiting)
        return BackupRound(backup=backup, waiting=waiting, removed=removed, damaged=damaged, why=why)

    async def records(self) -> tuple[BackupRecord, ...]:
        """Every whole backup, oldest first; one whose manifest cannot be read has a finding. Raises StoreError."""
        with store_errors("listing the backups"):
            return await asyncio.to_thread(_records, self.folder)

    async def look_at(self, name: str) -> tuple[str, ...]:
        """Restore this backup in a scratch place and audit it there: what is wrong with it. Raises StoreError."""
        with one_at_a_time(self.folder):
            return await self._tried(name)

    async def _taken(self, at: datetime) -> BackupRecord:
        name = backup_name(at)
        place, aside = self.folder / name, self.folder / f".taking-{name}"
        with store_errors("taking a backup"):
            await asyncio.to_thread(_fresh, place, aside)
            try:
                url = parse_url(self._url)
                file, moment = await copied(url, aside)
                manifest = await asyncio.to_thread(
                    lambda: BackupManifest(
                        entity=ENTITY,
                        backend=url.get_backend_name(),
                        taken_at=at,
                        schema=moment.schema,
                        rows=moment.rows,
                        logs=moment.logs,
                        file=file,
                        bytes=(aside / file).stat().st_size,
                        sha256=digest(aside / file),
                    )
                )
                await asyncio.to_thread(_finish, aside, place, manifest)
            finally:
                await asyncio.to_thread(shutil.rmtree, aside, ignore_errors=True)
        return _record(name, manifest)

    async def _tried(self, name: str) -> tuple[str, ...]:
        async with scratch(self.folder, self._url, name) as url:
            try:
                return (await restored(self.folder / name, url, self._migrations, self._look))[1]
            except OperatorError as error:
                return (str(error),)

    async def _carry(self, record: BackupRecord) -> None:
        if self.elsewhere is None or record.verified_at is None or record.uploaded_to or record.taken_at is None:
            return
        try:
            place = await self.elsewhere.put(record.name, record.taken_at)
        except StoreError as error:
            await self._note(msgspec.structs.replace(record, upload_error=str(error)))
        else:
            await self._note(msgspec.structs.replace(record, uploaded_to=place, upload_error=""))

    async def _note(self, record: BackupRecord) -> None:
        with store_errors("noting what became of a backup"):
            await asyncio.to_thread(write_durably, self.folder / record.name / RECORD, msgspec.json.encode(record))


def _why(backup: BackupRecord, waiting: Sequence[str]) -> str:
    if backup.findings:
        return f"{backup.name} does not hold: {'; '.join(backup.findings[:3])}"
    if waiting:
        return f"backups that are here and nowhere else: {len(waiting)} ({backup.upload_error})"
    return ""


def _fresh(place: Path, aside: Path) -> None:
    if place.exists():
        raise StoreError(f"{place} is there already: wait a second and try again")
    for left in place.parent.glob(".taking-*"):
        shutil.rmtree(left)
    aside.mkdir(parents=True, mode=0o700)


def _finish(aside: Path, place: Path, manifest: BackupManifest) -> None:
    sync(aside / manifest.file)
    write_durably(aside / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
    aside.rename(place)
    sync(place.parent)


def _remove(folder: Path, name: str) -> None:
    aside = folder / f".taking-{name}"
    (folder / name).rename(aside)
    shutil.rmtree(aside)


def _records(folder: Path) -> tuple[BackupRecord, ...]:
    places = sorted(folder.glob(f"{ENTITY}-*")) if folder.is_dir() else []
    return tuple(_read(place) for place in places if (place / MANIFEST).is_file())


def _read(place: Path) -> BackupRecord:
    try:
        noted: BackupRecord | None = msgspec.json.decode((place / RECORD).read_bytes(), type=BackupRecord)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        noted = None  # nobody has tried it yet
    if noted is not None and noted.name != place.name:
        noted = None
    try:
        record = _record(place.name, read_manifest(place))
    except OperatorError as error:
        record = noted or BackupRecord(name=place.name, taken_at=None, bytes=0)
        record = msgspec.structs.replace(record, verified_at=None, findings=(str(error),), damaged=True)
    else:
        record = noted or record
    return msgspec.structs.replace(record, taken_at=believed(place.name, record.taken_at))


def _record(name: str, manifest: BackupManifest) -> BackupRecord:
    return BackupRecord(name=name, taken_at=manifest.taken_at, bytes=manifest.bytes)
