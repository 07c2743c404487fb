"""A backup into an empty place, looked at there; and a scratch place that is gone afterwards."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine

from alpine_core.adapters.backups.copying import single_file, unpacked_into
from alpine_core.adapters.backups.folder import opened, sync
from alpine_core.adapters.backups.moment import moment_at
from alpine_core.adapters.sql.address import SQLITE, parse_url
from alpine_core.adapters.sql.database import create_engine
from alpine_core.adapters.sql.failures import store_errors
from alpine_core.adapters.sql.schema import REVISION
from alpine_core.adapters.sql.upgrade import upgrade
from alpine_core.errors import OperatorError, StoreError
from alpine_core.model.backup import BackupManifest

Look = Callable[[str], Awaitable[tuple[str, ...]]]
"""What is wrong with the database at an address, in words; nothing if it holds."""


async def restored(folder: Path, url: str, migrations: Path, look: Look) -> tuple[BackupManifest, tuple[str, ...]]:
    """The backup in `folder` at `url`, which must hold nothing; its manifest, and what does not hold.

    A SQLite file has its name only once it was looked at and holds. Raises OperatorError, StoreError.
    """
    target, manifest = parse_url(url), await asyncio.to_thread(opened, folder)
    if target.get_backend_name() != manifest.backend:
        raise OperatorError(f"the backup is of {manifest.backend}: name an empty database of {manifest.backend}")
    if manifest.schema > REVISION:
        raise OperatorError(f"the backup has schema {manifest.schema}, this program {REVISION}: install a newer one")
    await _require_empty(target)
    place = Path(str(target.database))
    half = target.set(database=f"{place}.restoring") if target.drivername == SQLITE else target
    at = half.render_as_string(hide_password=False)
    try:
        with store_errors("restoring a backup"):
            await asyncio.to_thread(_clear, half)
            await unpacked_into(folder / manifest.file, half)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise OperatorError(f"{folder / manifest.file} cannot be unpacked ({error}): use another copy") from error
    findings = await _findings(at, manifest, migrations, look)
    if target.drivername == SQLITE:
        findings = await asyncio.to_thread(_put, Path(str(half.database)), place, findings)
    return manifest, findings


async def _findings(url: str, manifest: BackupManifest, migrations: Path, look: Look) -> tuple[str, ...]:
    found = await moment_at(url)
    if (found.schema, found.rows, found.logs) != (manifest.schema, manifest.rows, manifest.logs):
        differ = sorted(name for name in found.rows.keys() | manifest.rows.keys()
                        if found.rows.get(name) != manifest.rows.get(name))  # fmt: skip
        return (f"schema, rows or logs are not what the manifest says: {', '.join(differ) or 'schema or logs'}",)
    if found.schema != REVISION:
        await upgrade(url, migrations)
    return await look(url)


@asynccontextmanager
async def scratch(folder: Path, url: str, name: str) -> AsyncIterator[str]:
    """The address of an empty place on the same system, removed afterwards. Raises StoreError."""
    parsed = parse_url(url)
    if parsed.drivername != SQLITE:
        database = f"alpine_trying_{name[-16:].lower()}"
        await _administer(parsed, f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)', f'CREATE DATABASE "{database}"')
        try:
            yield parsed.set(database=database).render_as_string(hide_password=False)
        finally:
            await _administer(parsed, f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        return
    place = folder / f".trying-{name}"
    await asyncio.to_thread(shutil.rmtree, place, ignore_errors=True)
    try:
        yield f"{SQLITE}:///{place / 'restored.db'}"
    finally:
        await asyncio.to_thread(shutil.rmtree, place, ignore_errors=True)


async def _require_empty(target: URL) -> None:
    if target.drivername == SQLITE:
        if await asyncio.to_thread(Path(str(target.database)).exists):
            raise StoreError(f"{target.database} is there already: name a file that is not, nothing is overwritten")
        return
    engine = create_engine(target, pool_size=1)
    try:
        with store_errors("looking at the target"):
            async with engine.connect() as connection:
                tables = await connection.run_sync(lambda one: inspect(one).get_table_names())
    finally:
        await engine.dispose()
    if tables:
        raise StoreError(
            f"{target.database} holds {len(tables)} tables: create an empty database, nothing is overwritten"
        )


def _clear(half: URL) -> None:
    if half.drivername == SQLITE:
        for tail in ("", "-wal", "-shm"):
            Path(f"{half.database}{tail}").unlink(missing_ok=True)


def _put(half: Path, place: Path, findings: tuple[str, ...]) -> tuple[str, ...]:
    with store_errors("putting the restored database into place"):
        findings = findings or single_file(half)
        if findings:
            half.unlink()
            return findings
        half.rename(place)
        sync(place.parent)
    return ()


async def _administer(url: URL, *statements: str) -> None:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with store_errors("making a scratch database (ALTER ROLE … CREATEDB lets us)"):
            async with engine.connect() as connection:
                for statement in statements:
                    await connection.exec_driver_sql(statement)
    finally:
        await engine.dispose()
