"""An open database: any number of readers beside one writer at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from alpine_core.adapters.sql.address import POSTGRESQL, SQLITE, parse_url
from alpine_core.adapters.sql.failures import store_errors
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.schema import require_current
from alpine_core.adapters.sql.sqlite_reader import SqliteReader
from alpine_core.adapters.sql.sqlite_writer import SqliteWriter
from alpine_core.adapters.sql.transaction import Planner, Question, numbered, postgresql_question
from alpine_core.errors import StoreError
from alpine_core.model.database_use import DatabaseUse

# Whoever writes takes this lock, so that cursors are given in the order of commits.
_WRITER_LOCK = 0x414C5049_4E45  # "ALPINE"
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000")


class Database:
    """Every commit is on the disk when it returns. `close` when done."""

    def __init__(self, engine: AsyncEngine, pool_size: int) -> None:
        self._engine = engine
        self.dialect = engine.dialect.name
        self._sqlite: SqliteWriter | None = None
        if self.dialect == "sqlite":
            path = str(engine.url.database)
            self._sqlite = SqliteWriter(path, _PRAGMAS)
            self._sqlite_reader = SqliteReader(path, _PRAGMAS, pool_size)
        else:
            # Every reading is one statement, which sees one moment by itself.
            self._reader = engine.execution_options(isolation_level="AUTOCOMMIT")

    @classmethod
    async def open(cls, url: str, *, pool_size: int = 4) -> Database:
        """Connect and look at the schema.

        Raises OperatorError for an address that cannot be used, StoreError for a database that is not there, cannot be
        reached, or whose schema is not this program's.
        """
        parsed = parse_url(url)
        _require_file(parsed)
        database = cls(create_engine(parsed, pool_size), pool_size)
        try:
            with store_errors("opening the database"):
                async with database._engine.connect() as connection:
                    await connection.run_sync(require_current)
        except BaseException:
            await database.close()
            raise
        return database

    async def read(self, reading: Reading, **parameters: Any) -> Sequence[Any]:
        """Every row of one SELECT, its columns as attributes. Raises StoreError."""
        return (await self.read_each(reading, [parameters]))[0]

    async def read_each(self, reading: Reading, many: Sequence[Mapping[str, Any]]) -> Sequence[Sequence[Any]]:
        """The rows for each set of parameters, in order; each is a reading of its own. Raises StoreError."""
        with store_errors("reading the database"):
            if self._sqlite is not None:
                return await self._sqlite_reader.read(reading.sqlite, many)
            async with self._reader.connect() as connection:
                return [(await connection.execute(reading.statement, dict(one))).all() for one in many]

    async def transact(self, act: str, questions: Sequence[Question], planner: Planner) -> Any:
        """Ask, plan and change within the only writing transaction; the plan's result once it is durable.

        `act` names it for an error. Raises StoreError, and what the planner raises; then nothing was changed.
        """
        with store_errors(act):
            if self._sqlite is not None:
                return await self._sqlite.transact(questions, planner)
            async with self._engine.begin() as connection:
                return await _transact_on_postgresql(connection, questions, planner)

    def use(self) -> DatabaseUse:
        """Of the connections that read on SQLite; on PostgreSQL of all."""
        if self._sqlite is not None:
            reader = self._sqlite_reader
            return DatabaseUse(size=reader.threads, in_use=min(reader.busy, reader.threads))
        pool = self._engine.pool
        return DatabaseUse(size=pool.size(), in_use=pool.checkedout())  # type: ignore[attr-defined]

    async def close(self) -> None:
        """Close every connection and end their threads."""
        if self._sqlite is not None:
            await self._sqlite.close()
            await self._sqlite_reader.close()
        await self._engine.dispose()


def _require_file(url: URL) -> None:
    # SQLite would make an empty one without a word.
    if url.drivername == SQLITE and not Path(str(url.database)).is_file():
        raise StoreError(f"there is no database at {url.database}: run: alpine db upgrade")


async def _transact_on_postgresql(connection: AsyncConnection, questions: Sequence[Question], planner: Planner) -> Any:
    await take_writer_lock(connection)
    answers = []
    for question in questions:
        answers.append((await connection.exec_driver_sql(*postgresql_question(question))).all())
    plan = planner(answers)
    for statement in plan.statements:
        if statement.rows:
            await connection.exec_driver_sql(numbered(statement.sql), [tuple(row) for row in statement.rows])
    # The commit comes when the caller's block ends: a crash before leaves nothing, a crash after leaves all of it.
    return plan.result


def create_engine(url: URL, pool_size: int) -> AsyncEngine:
    """An engine that waits for the disk at every commit. The caller disposes of it."""
    if url.drivername == POSTGRESQL:
        settings = {"synchronous_commit": "on", "application_name": "alpine"}
        return create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_pre_ping=True,
            connect_args={"timeout": 10, "server_settings": settings},
        )
    engine = create_async_engine(url, pool_size=pool_size, max_overflow=0)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


async def take_writer_lock(connection: AsyncConnection) -> None:
    """Wait until nobody else writes, and keep others out until this transaction ends. SQLite's BEGIN has done so."""
    if connection.dialect.name == "postgresql":
        await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would come too late; ours is below
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("alpine_writing", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
