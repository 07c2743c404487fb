"""The schema as a whole: create it for the library used alone, and tell whether a database has it."""

from __future__ import annotations

from sqlalchemy import Connection, inspect

from argo_core.adapters.sql.alert_tables import METADATA
from argo_core.adapters.sql.guards import guard_statements
from argo_core.adapters.sql.views import VIEWS
from argo_core.errors import StoreError

REVISION = "0012"
"""The version of the schema that this code reads and writes: the newest migration's."""

_VERSION_TABLE = """CREATE TABLE alembic_version (
  version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"""


def create_schema(connection: Connection) -> None:
    """Create every table, index, trigger and view in an empty database, stamped as `REVISION`.

    In the caller's transaction: a crash before its commit leaves an empty database. With async connections call it
    through `run_sync`. A database that may hold an older schema is upgraded instead.
    """
    METADATA.create_all(connection, checkfirst=False)
    for statement in (*guard_statements(connection.dialect.name), *VIEWS, _VERSION_TABLE):
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"INSERT INTO alembic_version (version_num) VALUES ('{REVISION}')")


def stored_revision(connection: Connection) -> str | None:
    """The version that the database was last brought to, None if it never was."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    return str(found[0]) if found else None


def readable_from(connection: Connection) -> str:
    """The oldest version whose programs may still work on this database; "" where nothing was ever taken away.

    Migrations only add, so that the release before runs beside the next one and can be rolled back to. One that takes
    something away writes its own version into the table `schema_floor`.
    """
    if not inspect(connection).has_table("schema_floor"):
        return ""
    found = connection.exec_driver_sql("SELECT max(version_num) FROM schema_floor").scalar()
    return str(found or "")


def require_current(connection: Connection) -> None:
    """Raise StoreError unless this code can work on the database: it has this schema, or a newer one that only adds."""
    found = stored_revision(connection)
    if found is None:
        raise StoreError("the database has no schema yet: run: argo db upgrade")
    if found > REVISION and readable_from(connection) > REVISION:
        raise StoreError(f"the database's schema {found} is newer than this program's {REVISION}: install a newer argo")
    if found < REVISION:
        raise StoreError(f"the database's schema {found} is older than this program's {REVISION}: run: argo db upgrade")
