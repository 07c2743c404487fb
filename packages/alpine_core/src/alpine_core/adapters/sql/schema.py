"""Whether a database has the schema that this code was written for."""

from __future__ import annotations

from sqlalchemy import Connection, inspect

from alpine_core.errors import StoreError

REVISION = "0010"
"""The newest migration's name."""


def stored_revision(connection: Connection) -> str | None:
    """The migration that the database was last brought to, None for a new one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    return str(found[0]) if found else None


def require_current(connection: Connection) -> None:
    """Raise StoreError unless the schema is exactly `REVISION`."""
    found = stored_revision(connection)
    if found == REVISION:
        return
    if found is not None and found > REVISION:
        raise StoreError(f"the database's schema {found} is newer than this program's {REVISION}: install a newer one")
    raise StoreError(f"the database's schema is {found or 'missing'}, not {REVISION}: run: alpine db upgrade")
