"""A backup restored into a scratch place: a folder beside the backups, or a database of its own on the same server."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from argo_core.adapters.backups.restoring import Restorer
from argo_core.adapters.sql.database import parse_url
from argo_core.adapters.sql.failures import store_errors
from argo_core.errors import DataError, StoreError
from argo_core.model.restored_database import CheckedBackup

SCRATCH = ".trying-"


class ScratchTrial:
    """`ports.BackupTrial` of the backups in `folder`; `url` is that of the database they are taken of."""

    def __init__(self, folder: Path, url: str, restorer: Restorer) -> None:
        self._folder, self._url, self._restorer = folder, parse_url(url), restorer

    async def check(self, name: str) -> CheckedBackup:
        """Restored like any other, looked at, and removed. Raises StoreError."""
        async with self.place(name) as url:
            try:
                return (await self._restorer.restore(self._folder / name, url)).checked
            except DataError as error:
                return CheckedBackup(findings=(f"{error.code}: {error}",))

    @asynccontextmanager
    async def place(self, name: str) -> AsyncIterator[str]:
        """The address of an empty place, which is gone afterwards; what a kill left there is removed first."""
        if self._url.get_backend_name() == "postgresql":
            async with _database(self._url, f"argo_trying_{name[-16:].lower()}") as url:
                yield url
            return
        scratch = self._folder / f"{SCRATCH}{name}"
        with store_errors("making a scratch place"):
            await asyncio.to_thread(_fresh, self._folder, scratch)
        try:
            yield f"sqlite+aiosqlite:///{scratch / 'restored.db'}"
        finally:
            await asyncio.to_thread(shutil.rmtree, scratch, ignore_errors=True)


def _fresh(folder: Path, scratch: Path) -> None:
    for left in folder.glob(f"{SCRATCH}*"):
        shutil.rmtree(left)
    scratch.mkdir(parents=True, mode=0o700)


@asynccontextmanager
async def _database(url: URL, name: str) -> AsyncIterator[str]:
    await _administer(
        url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}" TEMPLATE template0'
    )
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        await _administer(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


async def _administer(url: URL, *statements: str) -> None:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with store_errors("making a scratch database"):
            async with engine.connect() as connection:
                for statement in statements:
                    await connection.exec_driver_sql(statement)
    except StoreError as error:
        if isinstance(error.__cause__, DBAPIError) and "permission denied" in str(error.__cause__):
            raise StoreError(f"{url.username} may not create a scratch database: ALTER ROLE … CREATEDB") from error
        raise
    finally:
        await engine.dispose()
