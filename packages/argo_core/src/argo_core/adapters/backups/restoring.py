"""A backup into an empty place, and looked at there before anybody works with it."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import Connection, inspect
from sqlalchemy.engine import URL

from argo_core.adapters.backups.database_facts import facts_at
from argo_core.adapters.backups.manifest_file import opened_backup
from argo_core.adapters.backups.postgres_programs import load
from argo_core.adapters.backups.sqlite_copy import faults, single_file, unpacked
from argo_core.adapters.durable_file import sync
from argo_core.adapters.sql.database import create_engine, parse_url
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.schema import REVISION
from argo_core.adapters.sql.upgrade import upgrade
from argo_core.errors import DataError, StoreError
from argo_core.model.backup import BackupManifest, DatabaseFacts, LedgerMark
from argo_core.model.restored_database import CheckedBackup, RestoreReport
from argo_core.pipeline.check_backup import differing

HALF = ".restoring"
Look = Callable[[str, LedgerMark | None], Awaitable[CheckedBackup]]
"""Looks at a database of the newest schema, given its address and where its log has to end."""


class Restorer:
    """`migrations`: the folder that brings an older backup to this program's schema."""

    def __init__(self, look: Look, migrations: Path, programs: Path | None = None) -> None:
        self._look, self._migrations, self._programs = look, migrations, programs

    async def restore(self, folder: Path, url: str) -> RestoreReport:
        """The backup in `folder` as the database at `url`, which must hold nothing.

        On SQLite the file has its name only once it was looked at and holds; a kill before leaves one that ends in
        `.restoring`. On PostgreSQL one transaction brings everything. Raises DataError (as `opened_backup`, and
        `backend`, `newer_schema`), StoreError for a target that holds anything.
        """
        target = parse_url(url)
        manifest = await asyncio.to_thread(opened_backup, folder)
        _require_fitting(manifest, target)
        await _require_empty(target)
        if target.get_backend_name() == "postgresql":
            await load(target, folder / manifest.files[0].name, self._programs)
            return RestoreReport(manifest=manifest, checked=await self._checked(url, manifest))
        place = Path(str(target.database))
        half = place.with_name(place.name + HALF)
        await asyncio.to_thread(_unpack, folder / manifest.files[0].name, half)
        damaged = await asyncio.to_thread(faults, half)
        checked = (
            CheckedBackup(findings=damaged) if damaged else await self._checked(f"sqlite+aiosqlite:///{half}", manifest)
        )
        await asyncio.to_thread(_put, half, place, keep=not checked.findings)
        return RestoreReport(manifest=manifest, checked=checked)

    async def _checked(self, url: str, manifest: BackupManifest) -> CheckedBackup:
        found: DatabaseFacts = await facts_at(url)
        differences = differing(manifest.facts, found)
        if differences:
            return CheckedBackup(findings=differences)
        if found.schema != REVISION:
            await upgrade(url, self._migrations)
        return await self._look(url, manifest.facts.ledger)


def _require_fitting(manifest: BackupManifest, target: URL) -> None:
    backend = target.get_backend_name()
    if backend != manifest.backend:
        raise DataError(
            "backend",
            f"the backup is of {manifest.backend} and the target of {backend}: name an empty {manifest.backend}",
        )
    if manifest.facts.schema > REVISION:
        raise DataError(
            "newer_schema",
            f"the backup has schema {manifest.facts.schema}, this program {REVISION}: install the argo that took it",
        )


async def _require_empty(target: URL) -> None:
    """Raises StoreError for a database that holds anything, ours or not."""
    if target.get_backend_name() == "sqlite":
        place = Path(str(target.database))
        held = [path for path in (place, Path(f"{place}-wal")) if path.exists()]
        if held:
            raise StoreError(f"{held[0]} is there already: name a file that is not, nothing is overwritten")
        return
    engine = create_engine(target, pool_size=1)
    try:
        with store_errors("looking at the target"):
            async with engine.begin() as connection:
                tables = await connection.run_sync(_tables)
    finally:
        await engine.dispose()
    if tables:
        words = f"{target.database} holds {len(tables)} tables ({tables[0]}, …)"
        raise StoreError(f"{words}: create an empty database and name that, nothing is overwritten")


def _tables(connection: Connection) -> list[str]:
    return inspect(connection).get_table_names()


def _unpack(source: Path, half: Path) -> None:
    try:
        half.parent.mkdir(parents=True, exist_ok=True)
        for left in (half, Path(f"{half}-wal"), Path(f"{half}-shm")):
            left.unlink(missing_ok=True)
        unpacked(source, half)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError("changed_file", f"{source} cannot be unpacked ({error}): use another copy") from error
    except OSError as error:
        raise StoreError(f"{half}: {error.strerror or error}: name a place with room that may be written") from error


def _put(half: Path, place: Path, *, keep: bool) -> None:
    if not keep:
        half.unlink()
        return
    with store_errors("putting the restored database into place"):
        single_file(half)
        half.rename(place)
        sync(place.parent)
