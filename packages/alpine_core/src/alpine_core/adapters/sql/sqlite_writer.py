"""Writing on SQLite: a whole transaction in one visit to one thread.

Through a pool of connections each statement changes threads and back, which costs more than the commit itself; and
one writer within the process never finds the database locked by another of its own.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from alpine_core.adapters.sql.transaction import Planner, Question, sqlite_question


class SqliteWriter:
    """One connection and its thread; calls queue. What fails is undone. Raises sqlite3.Error."""

    def __init__(self, path: str, pragmas: Sequence[str]) -> None:
        self._path = path
        self._pragmas = pragmas
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="alpine-store")
        self._connection: sqlite3.Connection | None = None

    async def transact(self, questions: Sequence[Question], planner: Planner) -> Any:
        """The plan's result, once its changes are on the disk.

        A caller who is cancelled meanwhile does not stop the transaction: it ends whole, and reading tells.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._transact, questions, planner)

    async def close(self) -> None:
        """Close the connection and end the thread."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def _transact(self, questions: Sequence[Question], planner: Planner) -> Any:
        connection = self._opened()
        connection.execute("BEGIN IMMEDIATE")
        try:
            answers = [connection.execute(*sqlite_question(question)).fetchall() for question in questions]
            plan = planner(answers)
            for statement in plan.statements:
                connection.executemany(statement.sql, statement.rows)
            # A crash before this line leaves nothing of the transaction; after it, all of it.
            connection.execute("COMMIT")
        finally:
            # SQLite undoes some failures on its own; a COMMIT that failed leaves the transaction open.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        return plan.result

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = sqlite3.connect(self._path, isolation_level=None)
            for pragma in self._pragmas:
                self._connection.execute(f"PRAGMA {pragma}")
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
