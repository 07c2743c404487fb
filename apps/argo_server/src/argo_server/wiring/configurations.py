"""The history of the settings file, in the generator's database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from argo_core.adapters.document_file import keep_beside, owner_of, read_document, replacing
from argo_core.adapters.sql import Database
from argo_core.adapters.sql.configuration_log import SqlConfigurationLog
from argo_core.adapters.system_clock import SystemClock
from argo_core.errors import ConfigError
from argo_core.model.configuration import Accepted, Cause
from argo_core.model.masked_document import unmasked
from argo_core.model.query import Page
from argo_core.pipeline.keep_configuration import ConfigurationKeeper
from argo_core.ports import Clock
from argo_server.settings import Settings, load_settings
from argo_server.settings.rollback import history_of
from argo_server.wiring.check import check_settings


async def keep_settings(settings: Settings, database: Database, clock: Clock, cause: Cause) -> None:
    """What the file of these settings says, as accepted now. Without a file there is nothing to keep.
    Raises StoreError."""
    if settings.file_path is not None:
        keeper = ConfigurationKeeper(SqlConfigurationLog(database), _name(settings), clock)
        await keeper.keep(settings.written, cause, owner_of(settings.file_path))


async def keep_start(settings: Settings) -> None:
    """For a process that has no generator of its own, and starts the others by its file. Raises StoreError."""
    async with _database(settings) as database:
        await keep_settings(settings, database, SystemClock(), Cause.START)


async def configurations(limit: int) -> Page[Accepted]:
    """Of the configured file, newest first. Raises ConfigError, StoreError."""
    settings = history_of(read_document)
    async with _database(settings) as database:
        return await SqlConfigurationLog(database).history(_name(settings), limit)


async def go_back(number: int | None, by: str, lose_secrets: bool) -> tuple[Accepted, tuple[str, ...], Path | None]:
    """The entry that stands in the file again, the keys of secrets that the file lost since, and where the replaced
    file is kept, if there was one. Kept as accepted: a running generator finds nothing new in it. Raises ConfigError
    (for lost secrets too, unless `lose_secrets`), DataError, StoreError; the file stays as it is then.
    """
    settings = history_of(read_document)
    path = Path(_name(settings))
    async with _database(settings) as database:
        keeper = ConfigurationKeeper(SqlConfigurationLog(database), str(path), SystemClock())
        entry = await keeper.entry(number)
        missing, kept = await asyncio.to_thread(_write_back, path, entry, lose_secrets)
        # A crash here: the file is what was asked for, and whoever reads it next keeps it as changed.
        await keeper.keep(entry.document, Cause.ROLLBACK, by)
    return entry, missing, kept


def _write_back(path: Path, entry: Accepted, lose_secrets: bool) -> tuple[tuple[str, ...], Path | None]:
    """With the secrets that the file holds now, unless a process would not start with it."""
    document, missing = unmasked(msgspec.json.decode(entry.document), read_document(path))
    if missing and not lose_secrets:
        raise ConfigError(
            f"{path} lacks {', '.join(missing)}, or cannot be read: it stays as it is; mend it, or go back without "
            "them: --force"
        )
    with replacing(path, document) as candidate:
        check_settings(load_settings(config_path=candidate))
        kept = keep_beside(path)
    return missing, kept


def _name(settings: Settings) -> str:
    if settings.file_path is None:
        raise ConfigError("there is no configuration file with a history: set ARGO_CONFIG=config.json")
    return str(settings.file_path.resolve())


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    database = await Database.open(settings.database_url)
    try:
        yield database
    finally:
        await database.close()
