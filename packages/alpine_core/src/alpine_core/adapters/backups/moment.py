"""What a database holds at one moment, in numbers."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, func, inspect, select

from alpine_core.adapters.sql.address import parse_url
from alpine_core.adapters.sql.database import create_engine
from alpine_core.adapters.sql.failures import store_errors
from alpine_core.adapters.sql.ledger_tables import LOG_ENTRIES, LOG_ORIGINS
from alpine_core.adapters.sql.schema import stored_revision
from alpine_core.errors import StoreError


class Moment(NamedTuple):
    """Schema, rows by table, mirrored entries by log."""

    schema: str
    rows: dict[str, int]
    logs: dict[str, int]


def moment_of(connection: Connection) -> Moment:
    """Raises StoreError for a database without our schema."""
    schema = stored_revision(connection)
    if schema is None:
        raise StoreError("the database has no schema of ours: there is nothing to back up")
    quote, tables = connection.dialect.identifier_preparer.quote, sorted(inspect(connection).get_table_names())
    rows = {name: connection.exec_driver_sql(f"SELECT count(*) FROM {quote(name)}").scalar_one() for name in tables}
    return Moment(schema, rows, _mirrored(connection) if LOG_ENTRIES.name in tables else {})


def _mirrored(connection: Connection) -> dict[str, int]:
    joined = LOG_ORIGINS.join(LOG_ENTRIES, LOG_ENTRIES.c.log == LOG_ORIGINS.c.log)
    origin = LOG_ORIGINS.c.origin
    counted = connection.execute(select(origin, func.count()).select_from(joined).group_by(origin))
    return {str(name): int(size) for name, size in counted}


async def moment_at(url: str) -> Moment:
    """Of the database at that address, whatever its schema. Raises OperatorError, StoreError."""
    engine = create_engine(parse_url(url), pool_size=1)
    try:
        with store_errors("looking a database over"):
            async with engine.begin() as connection:
                return await connection.run_sync(moment_of)
    finally:
        await engine.dispose()
