"""Whether a database has the schema that this code was written for."""

from __future__ import annotations

from sqlalchemy import Connection, inspect

from alpine_core.errors import StoreError

REVISION = "0013"
"""The newest migration's name."""


def stored_revision(connection: Connection) -> str | None:
    """The migration that the database was last brought to, None for a new one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    return str(found[0]) if found else None


def readable_from(connection: Connection) -> str:
    """The oldest schema whose programs may still work here; "" where no migration ever took anything away.

    Migrations only add: the former release runs beside the next one, and can be gone back to. A migration that takes
    something away writes its name into the table `schema_floor`.
    """
    if not inspect(connection).has_table("schema_floor"):
        return ""
    found = connection.exec_driver_sql("SELECT max(version_num) FROM schema_floor").scalar()
    return str(found or "")


def require_current(connection: Connection) -> None:
    """Raise StoreError unless the schema is `REVISION`, or a newer one that took nothing away."""
    found = stored_revision(connection)
    if found is None or found < REVISION:
        raise StoreError(f"the database's schema is {found or 'missing'}, not {REVISION}: run: alpine db upgrade")
    if found > REVISION and readable_from(connection) > REVISION:
        raise StoreError(f"the database's schema {found} is newer than this program's {REVISION}: install a newer one")
