"""Databases for commands that need no generator."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from argo_core.adapters.sql import Database, SqlDecisionReader, SqlSignalReader
from argo_core.adapters.sql.unify import UnifyReport, unify
from argo_core.adapters.sql.upgrade import UpgradeReport, upgrade
from argo_server.services import Records
from argo_server.settings import Settings


@asynccontextmanager
async def open_records(settings: Settings) -> AsyncIterator[Records]:
    """What has been stored, for commands that only read. Raises StoreError for a database that is not ready."""
    database = await Database.open(settings.database_url)
    try:
        yield Records(signals=SqlSignalReader(database), decisions=SqlDecisionReader(database))
    finally:
        await database.close()


async def upgrade_database(settings: Settings) -> UpgradeReport:
    """Bring the configured database to the newest schema by the migrations that this distribution carries."""
    return await upgrade(settings.database_url, Path(__file__).parents[1] / "migrations")


async def unify_databases(settings: Settings, old: Sequence[Path]) -> list[tuple[Path, UnifyReport]]:
    """Import databases of the earlier shape, one after the other."""
    database = await Database.open(settings.database_url)
    try:
        return [(path, await unify(path, database)) for path in old]
    finally:
        await database.close()
