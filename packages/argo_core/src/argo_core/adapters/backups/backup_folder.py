"""Backups in a folder, each in one of its own: written aside, renamed into place when it is whole."""

from __future__ import annotations

import asyncio
import shutil
from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy.engine import URL

from argo_core.adapters.backups.database_facts import facts_at, facts_of
from argo_core.adapters.backups.manifest_file import MANIFEST, RECORD, described, read_manifest
from argo_core.adapters.backups.postgres_programs import DUMPED, dump
from argo_core.adapters.backups.sqlite_copy import PACKED, packed, single_file, snapshot
from argo_core.adapters.durable_file import sync, write_durably
from argo_core.adapters.sql.database import create_engine, parse_url
from argo_core.adapters.sql.failures import store_errors
from argo_core.errors import DataError, StoreError
from argo_core.model.backup import ENTITY, BackupManifest, BackupRecord, DatabaseFacts, backup_name, time_of

ASIDE = ".taking-"


class BackupFolder:
    """`ports.BackupShelf` of the database at `url`. `programs`: where PostgreSQL's lie; None: where the system finds
    them."""

    def __init__(self, folder: Path, url: str, programs: Path | None = None) -> None:
        self.folder, self._url, self._programs = folder, parse_url(url), programs

    async def take(self, at: datetime) -> BackupRecord:
        """A kill leaves a folder aside, which the next one removes; after the rename the backup is whole."""
        name = backup_name(at)
        with store_errors("taking a backup"):
            if (self.folder / name).exists():
                raise StoreError(f"{self.folder / name} is there already: wait a second and try again")
            aside = await asyncio.to_thread(_fresh, self.folder, name)
            try:
                facts = await self._copy(aside)
                manifest = await asyncio.to_thread(_described, aside, facts, at, self._url)
                await asyncio.to_thread(_finish, aside, self.folder / name, manifest)
            finally:
                await asyncio.to_thread(shutil.rmtree, aside, ignore_errors=True)
        return _record(name, manifest)

    async def records(self) -> tuple[BackupRecord, ...]:
        """Every whole one. One whose manifest cannot be read has a finding, and the time of its note or its name."""
        with store_errors("listing the backups"):
            return await asyncio.to_thread(_records, self.folder)

    async def note(self, record: BackupRecord) -> None:
        """Beside the manifest, whole or as it was before."""
        folder = self.folder / record.name
        if not (folder / MANIFEST).is_file():
            raise StoreError(f"there is no backup {record.name} in {self.folder}: list them with: argo backup --list")
        with store_errors("noting what became of a backup"):
            await asyncio.to_thread(write_durably, folder / RECORD, msgspec.json.encode(record))

    async def remove(self, name: str) -> None:
        """The manifest first: what is left of a kill is no backup, and goes with the next `take`."""
        with store_errors("removing a backup"):
            await asyncio.to_thread(_remove, self.folder, name)

    async def _copy(self, aside: Path) -> DatabaseFacts:
        if self._url.get_backend_name() == "postgresql":
            return await self._dumped(aside / DUMPED)
        source, copy = Path(str(self._url.database)), aside / "snapshot"
        await asyncio.to_thread(snapshot, source, copy)
        facts = await facts_at(f"sqlite+aiosqlite:///{copy}")
        await asyncio.to_thread(_pack, copy, aside / PACKED)
        return facts

    async def _dumped(self, file: Path) -> DatabaseFacts:
        engine = create_engine(self._url, pool_size=1).execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        try:
            async with engine.begin() as connection:
                shared = str((await connection.exec_driver_sql("SELECT pg_export_snapshot()")).scalar_one())
                await dump(self._url, shared, file, self._programs)
                return await connection.run_sync(facts_of)
        finally:
            await engine.dispose()


def _fresh(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{ASIDE}*"):
        shutil.rmtree(left)
    aside = folder / f"{ASIDE}{name}"
    aside.mkdir(mode=0o700)
    return aside


def _pack(copy: Path, target: Path) -> None:
    single_file(copy)
    packed(copy, target)
    for left in copy.parent.glob(f"{copy.name}*"):
        left.unlink()


def _described(aside: Path, facts: DatabaseFacts, at: datetime, url: URL) -> BackupManifest:
    files = tuple(described(path) for path in sorted(aside.iterdir()))
    return BackupManifest(entity=ENTITY, backend=url.get_backend_name(), taken_at=at, facts=facts, files=files)


def _finish(aside: Path, place: Path, manifest: BackupManifest) -> None:
    for file in manifest.files:
        sync(aside / file.name)
    write_durably(aside / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
    aside.rename(place)
    sync(place.parent)


def _remove(folder: Path, name: str) -> None:
    if Path(name).name != name or not name:
        raise StoreError(f"{name!r} is no backup's name: list them with: argo backup --list")
    place = folder / name
    if place.is_dir():
        aside = folder / f"{ASIDE}{name}"
        place.rename(aside)
        shutil.rmtree(aside)


def _records(folder: Path) -> tuple[BackupRecord, ...]:
    places = sorted(folder.glob(f"{ENTITY}-*")) if folder.is_dir() else []
    return tuple(_read(place) for place in places if (place / MANIFEST).is_file())


def _read(place: Path) -> BackupRecord:
    noted = _noted(place)
    try:
        manifest = read_manifest(place)
    except (DataError, StoreError) as error:
        known = noted or BackupRecord(name=place.name, taken_at=None, bytes=0)
        found = msgspec.structs.replace(known, verified_at=None, findings=(str(error),), damaged=True)
    else:
        found = noted or _record(place.name, manifest)  # not tried yet: tried by the next who asks
    return msgspec.structs.replace(found, taken_at=time_of(place.name, found.taken_at))


def _noted(place: Path) -> BackupRecord | None:
    """None where nothing was noted, or nothing of this backup that anybody can read."""
    try:
        noted = msgspec.json.decode((place / RECORD).read_bytes(), type=BackupRecord)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return noted if noted.name == place.name else None


def _record(name: str, manifest: BackupManifest) -> BackupRecord:
    return BackupRecord(name=name, taken_at=manifest.taken_at, bytes=sum(file.bytes for file in manifest.files))
