"""Whole transactions of SQLAlchemy's, each in one visit to a thread."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event

from argo_core.adapters.sql.sqlite_thread import SqliteThread
from argo_core.adapters.sql.statement_cache import StatementCache

T = TypeVar("T")


class SqliteTransactions:
    """`begin` starts each of them; `cache` counts their statements. Raises what the driver raises, and what the work
    raises; then it is undone.

    A caller who is cancelled meanwhile does not stop a transaction: it ends whole. Cancelled between two statements,
    it would stay open on a connection that nobody holds any more, and keep its lock until that is collected.
    """

    def __init__(
        self, path: str, pragmas: Sequence[str], name: str, begin: str, cache: StatementCache | None = None
    ) -> None:
        self._thread = SqliteThread(path, pragmas, name)
        self._begin, self._cache = begin, cache
        self._engine: Engine | None = None

    async def run(self, work: Callable[[Connection], T]) -> T:
        """What `work` answers, once the transaction has ended."""
        return await self._thread.visit(lambda connection: self._run(connection, work))

    async def close(self) -> None:
        """Close the connection and end the thread."""
        await self._thread.close()

    def _run(self, connection: sqlite3.Connection, work: Callable[[Connection], T]) -> T:
        if self._engine is None:
            self._engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
            event.listen(self._engine, "begin", lambda begun: begun.exec_driver_sql(self._begin))
            if self._cache is not None:
                self._cache.listen(self._engine)
        with self._engine.begin() as transaction:
            return work(transaction)
