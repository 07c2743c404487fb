"""Bringing a database to the schema of this program, by the migrations that the application carries."""

from __future__ import annotations

from pathlib import Path

import msgspec
from sqlalchemy import Connection, inspect

from argo_core.adapters.sql.database import create_engine, parse_url, take_writer_lock
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.schema import REVISION, require_current, stored_revision
from argo_core.errors import StoreError


class UpgradeReport(msgspec.Struct, frozen=True, kw_only=True):
    """The schema's version before (None: the database was new) and after."""

    before: str | None
    after: str


async def upgrade(url: str, script_location: Path) -> UpgradeReport:
    """Bring the database to the newest schema; create it, and the folder of a file, where there is none.

    `script_location` is the folder with the migrations. One transaction: a crash leaves the version it found. Keeps
    every row; running it again changes nothing. Raises ConfigError for a URL that cannot be used, StoreError.
    """
    parsed = parse_url(url)
    with store_errors("upgrading the database"):
        if parsed.get_backend_name() == "sqlite":
            Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, pool_size=1)
        try:
            async with engine.execution_options(argo_writing=True).begin() as connection:
                await take_writer_lock(connection)
                return await connection.run_sync(_upgrade, script_location)
        finally:
            await engine.dispose()


def _upgrade(connection: Connection, script_location: Path) -> UpgradeReport:
    before = stored_revision(connection)
    if before == REVISION:
        return UpgradeReport(before=before, after=before)
    # Only here: of all commands one upgrades, and the package takes a third of a second to load.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    if before is None and inspect(connection).has_table("signals"):
        raise StoreError(
            "the database holds a signals table of an earlier shape: upgrade a new one, then run: argo db unify OLD.db"
        )
    config = Config()
    config.set_main_option("script_location", str(script_location).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(f"upgrading from schema {before} failed: {error}: install a newer argo") from error
    require_current(connection)
    return UpgradeReport(before=before, after=str(stored_revision(connection)))
