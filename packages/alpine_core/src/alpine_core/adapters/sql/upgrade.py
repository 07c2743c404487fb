"""Bringing a database to this program's schema, by the migrations that the application carries."""

from __future__ import annotations

from pathlib import Path

import msgspec
from sqlalchemy import Connection

from alpine_core.adapters.sql.address import SQLITE, parse_url
from alpine_core.adapters.sql.database import create_engine, take_writer_lock
from alpine_core.adapters.sql.failures import store_errors
from alpine_core.adapters.sql.schema import REVISION, require_current, stored_revision
from alpine_core.errors import StoreError


class UpgradeReport(msgspec.Struct, frozen=True, kw_only=True):
    """The schema before (None: there was none) and after."""

    before: str | None
    after: str


async def upgrade(url: str, migrations: Path) -> UpgradeReport:
    """Bring the database to the newest schema; where there is none, create it and the folder of its file.

    `migrations` is the folder with `env.py`. All in one transaction: a crash leaves the schema that was there. Keeps
    every row; a second run changes nothing. Raises OperatorError for an address that cannot be used, StoreError.
    """
    parsed = parse_url(url)
    with store_errors("upgrading the database"):
        if parsed.drivername == SQLITE:
            Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, pool_size=1)
        try:
            async with engine.execution_options(alpine_writing=True).begin() as connection:
                await take_writer_lock(connection)
                return await connection.run_sync(_upgrade, migrations)
        finally:
            await engine.dispose()


def _upgrade(connection: Connection, migrations: Path) -> UpgradeReport:
    before = stored_revision(connection)
    if before == REVISION:
        return UpgradeReport(before=before, after=before)
    # Only here: of all commands one upgrades, and the package takes a third of a second to load.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(f"the schema {before} cannot be upgraded: {error}: install a newer program") from error
    require_current(connection)
    return UpgradeReport(before=before, after=str(stored_revision(connection)))
