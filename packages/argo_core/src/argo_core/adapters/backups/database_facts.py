"""What a database holds at one moment, in numbers: of the one that is copied, and of its copy."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import Connection, inspect, select

from argo_core.adapters.sql.database import create_engine, parse_url
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.ledger_tables import LOG_CHECKPOINT
from argo_core.adapters.sql.schema import stored_revision
from argo_core.errors import StoreError
from argo_core.model.backup import DatabaseFacts, LedgerMark


def facts_of(connection: Connection) -> DatabaseFacts:
    """Of any schema, older ones too. Raises StoreError for a database that has none of ours."""
    schema = stored_revision(connection)
    if schema is None:
        raise StoreError("the database has no schema of ours: there is nothing to back up")
    tables = sorted(inspect(connection).get_table_names())
    quote = connection.dialect.identifier_preparer.quote
    rows = {
        table: int(connection.exec_driver_sql(f"SELECT count(*) FROM {quote(table)}").scalar_one()) for table in tables
    }
    return DatabaseFacts(schema=schema, rows=rows, ledger=_mark(connection, tables))


async def facts_at(url: str) -> DatabaseFacts:
    """Of the database at that address, whatever its schema. Raises ConfigError, StoreError."""
    engine = create_engine(parse_url(url), pool_size=1)
    try:
        with store_errors("looking a database over"):
            async with engine.begin() as connection:
                return await connection.run_sync(facts_of)
    finally:
        await engine.dispose()


async def mark_at(url: str) -> LedgerMark | None:
    """Where the log of the database at that address stands, whatever its schema; None: nothing is signed there. Raises
    ConfigError, StoreError also where there is none."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite" and not await asyncio.to_thread(Path(str(parsed.database)).is_file):
        raise StoreError(f"there is no database at {parsed.database}")
    engine = create_engine(parsed, pool_size=1)
    try:
        with store_errors("looking a log over"):
            async with engine.begin() as connection:
                return await connection.run_sync(lambda one: _mark(one, inspect(one).get_table_names()))
    finally:
        await engine.dispose()


def same_place(url: str, other: str) -> bool:
    """Whether both addresses are of one database. Raises ConfigError."""
    return _place(url) == _place(other)


def place_name(url: str) -> str:
    """What to call the database at that address in words, without a password. Raises ConfigError."""
    host, database = _place(url)
    return f"the database {database}{f' at {host}' if host else ''}"


def _place(url: str) -> tuple[str, str]:
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        return "", str(Path(str(parsed.database)).resolve())
    return f"{parsed.host or 'localhost'}:{parsed.port or 5432}", str(parsed.database)


def _mark(connection: Connection, tables: list[str]) -> LedgerMark | None:
    if LOG_CHECKPOINT.name not in tables:
        return None
    row = LOG_CHECKPOINT.c
    newest = connection.execute(select(row.size, row.root, row.note).order_by(row.size.desc()).limit(1)).first()
    if newest is None:
        return None
    return LedgerMark(size=newest.size, root=bytes(newest.root).hex(), checkpoint=bytes(newest.note).decode())
