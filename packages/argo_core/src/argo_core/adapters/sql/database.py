"""A small pool of durable connections to SQLite or PostgreSQL: one kind for reading, one for writing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql.elements import ClauseElement

from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.inserts import insert_sql
from argo_core.adapters.sql.schema import require_current
from argo_core.adapters.sql.sqlite_reader import Question, SqliteReader
from argo_core.adapters.sql.sqlite_transactions import SqliteTransactions
from argo_core.adapters.sql.sqlite_writer import Plan, Positions, SqliteWriter
from argo_core.adapters.sql.statement_cache import StatementCache
from argo_core.errors import ConfigError, NoDatabase
from argo_core.model.database_use import DatabaseUse

T = TypeVar("T")

_SQLITE, _POSTGRESQL = "sqlite+aiosqlite", "postgresql+asyncpg"
_WRITER_LOCK = 0x4152474F  # "ARGO": any number will do, as long as every writer of this schema takes the same.
_BEGIN_WRITING = "BEGIN IMMEDIATE"
"""A deferred writer that has read cannot wait for another: it fails at once, whatever busy_timeout says."""
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")


_TURN_RULES = ("SET LOCAL lock_timeout = '10s'", "SET LOCAL idle_in_transaction_session_timeout = '10s'")
"""Nobody waits for ever, and for nobody: whoever stops in the midst of a turn is put out of it by the server."""
GROWN = "argo_log_grown"
"""The channel on which a turn's end is told."""


def parse_url(url: str) -> URL:
    """The address of a durable database. Raises ConfigError for another driver, or for one that lives in memory."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ConfigError(f"the database URL cannot be read: use {_SQLITE}:///PATH or {_POSTGRESQL}://…") from error
    if parsed.drivername not in (_SQLITE, _POSTGRESQL):
        raise ConfigError(f"database driver {parsed.drivername!r}: use {_SQLITE}:///PATH or {_POSTGRESQL}://…")
    if not parsed.database:
        raise ConfigError(f"the database URL names no database: use {_SQLITE}:///PATH or {_POSTGRESQL}://…/NAME")
    if parsed.drivername == _SQLITE and (":memory:" in parsed.database or "mode" in parsed.query):
        raise ConfigError("a database in memory loses rows under concurrency and at exit: name a file")
    return parsed


def create_engine(url: URL, pool_size: int) -> AsyncEngine:
    """An engine whose every commit is on the disk when it returns. The caller disposes of it."""
    if url.drivername == _POSTGRESQL:
        return create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_pre_ping=True,
            connect_args={"timeout": 10, "server_settings": {"synchronous_commit": "on", "application_name": "argo"}},
        )
    engine = create_async_engine(url, pool_size=pool_size, max_overflow=0)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # The driver's own BEGIN is deferred and comes too late; ours is below.
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("argo_writing", False)
    connection.exec_driver_sql(_BEGIN_WRITING if writing else "BEGIN")


def _require_file(url: URL) -> None:
    # SQLite would create an empty one without a word.
    if url.drivername == _SQLITE and not Path(str(url.database)).is_file():
        raise NoDatabase(f"there is no database at {url.database}: run: argo db upgrade")


async def take_writer_lock(connection: AsyncConnection) -> None:
    """Wait until no other transaction writes, then keep others out until this one ends.

    On SQLite, BEGIN IMMEDIATE has done so already.
    """
    if connection.dialect.name == "postgresql":
        await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")


async def _nobody_asks(_: AsyncConnection) -> None:
    """No fence."""


class Database:
    """An open database whose schema is current. Any number of readers beside one writer; `close` when done."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine, self._cache = engine, StatementCache()
        self._cache.listen(engine.sync_engine)
        self._turns: dict[asyncio.Task[Any] | None, AsyncConnection] = {}
        self._fence: Callable[[AsyncConnection], Awaitable[None]] = _nobody_asks
        self.dialect = engine.dialect.name
        if self.dialect == "sqlite":
            path = str(engine.url.database)
            self._reader = engine
            self._appender: SqliteWriter | None = SqliteWriter(path, _PRAGMAS)
            self._fetcher: SqliteReader | None = SqliteReader(path, _PRAGMAS)
            self._writes: SqliteTransactions | None = SqliteTransactions(
                path, _PRAGMAS, "argo-write", _BEGIN_WRITING, self._cache
            )
            self._reads: SqliteTransactions | None = SqliteTransactions(
                path, _PRAGMAS, "argo-look", "BEGIN", self._cache
            )
        else:
            # Several statements of one answer see one moment, as they do on SQLite.
            self._reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            self._appender = self._fetcher = self._writes = self._reads = None

    @classmethod
    async def open(cls, url: str, *, pool_size: int = 4) -> Database:
        """Connect and check the schema.

        Raises ConfigError for a URL that cannot be used, StoreError for a database that cannot be reached or whose
        schema is missing or of another version.
        """
        parsed = parse_url(url)
        _require_file(parsed)
        database = cls(create_engine(parsed, pool_size))
        try:
            with store_errors("opening the database"):
                async with database.reading() as connection:
                    await connection.run_sync(require_current)
        except BaseException:
            await database.close()
            raise
        return database

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection inside a transaction that sees one moment of the database."""
        async with self._reader.begin() as connection:
            yield connection

    async def read(self, work: Callable[[Connection], T]) -> T:
        """What `work` answers, asked of one moment of the database; for what is asked often and answered soon.

        It runs beside the event loop: it may not touch what the loop's coroutines touch.
        """
        if self._reads is not None:
            return await self._reads.run(work)
        async with self.reading() as connection:
            return await connection.run_sync(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """What `work` answers inside the only writing transaction, durable by then; if it raises, nothing was done.

        It runs beside the event loop: it may not touch what the loop's coroutines touch. A caller who is cancelled
        meanwhile does not learn how it ended; on SQLite it ends whole.
        """
        if self._writes is not None:
            return await self._writes.run(work)
        turn = self._turns.pop(asyncio.current_task(), None)
        if turn is not None:
            return await self._end_turn(turn, work)
        async with self._engine.begin() as connection:
            await take_writer_lock(connection)
            await self._fence(connection)
            return await connection.run_sync(work)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[AsyncConnection]:
        """The only writing transaction, from now until this task's next `write` or `append`, which ends it, or until
        the block does. PostgreSQL alone has it. Raises whatever the driver raises."""
        task = asyncio.current_task()
        async with self._engine.connect() as connection:
            for rule in _TURN_RULES:
                await connection.exec_driver_sql(rule)
            await take_writer_lock(connection)
            self._turns[task] = connection
            try:
                yield connection
            finally:
                self._turns.pop(task, None)

    async def _end_turn(self, turn: AsyncConnection, work: Callable[[Connection], T]) -> T:
        await self._fence(turn)
        answer = await turn.run_sync(work)
        await turn.exec_driver_sql(f"SELECT pg_notify('{GROWN}', '')")  # heard with the commit, not before
        await turn.commit()
        return answer

    def fence_with(self, fence: Callable[[AsyncConnection], Awaitable[None]]) -> None:
        """From now on every writing transaction asks `fence` first, once nobody else writes; what it raises ends it.
        PostgreSQL alone needs one: a lock on a file ends with its process."""
        self._fence = fence

    async def append(self, positions_sql: str, plan: Plan) -> Positions:
        """Run the statements that `plan` makes of the answer to `positions_sql`, in one writing transaction.

        Returns that answer once they are durable. Raises whatever the driver raises, with everything undone.
        """
        if self._appender is not None:
            return await self._appender.append(positions_sql, plan)

        def append(connection: Connection) -> Positions:
            positions: Positions = tuple(connection.exec_driver_sql(positions_sql).one())
            for statement, rows in plan(positions):
                connection.exec_driver_sql(statement, list(rows))
            return positions

        return await self.write(append)

    async def fetch(self, questions: Sequence[Question]) -> list[list[Any]]:
        """The rows of each question, asked one after the other: a later answer may be of a later moment.

        For what is asked often; statements as the driver takes them. Raises whatever the driver raises.
        """
        if self._fetcher is not None:
            return await self._fetcher.fetch(questions)
        async with self.reading() as connection:
            return [
                list((await connection.exec_driver_sql(statement, tuple(parameters))).all())
                for statement, parameters in questions
            ]

    def driver_sql(self, statement: ClauseElement) -> str:
        """A statement as the driver takes it, its parameters in the order of their first use."""
        return str(statement.compile(dialect=self._engine.dialect))

    def insert_sql(self, table: Table) -> str:
        """How a row is appended to `table` here."""
        return insert_sql(table, self._engine.dialect)

    def use(self) -> DatabaseUse:
        """How busy it is now. On SQLite two more connections write and look things up, one caller each."""
        pool = self._engine.sync_engine.pool
        size, busy = (pool.size(), pool.checkedout()) if isinstance(pool, QueuePool) else (0, 0)
        return DatabaseUse(size=size, in_use=busy, cache_hits=self._cache.hits, cache_misses=self._cache.misses)

    async def close(self) -> None:
        """Close every connection. SQLite keeps a thread per connection until then."""
        for thread in (self._appender, self._fetcher, self._writes, self._reads):
            if thread is not None:
                await thread.close()
        await self._engine.dispose()
