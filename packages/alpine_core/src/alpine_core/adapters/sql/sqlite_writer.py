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

# A commit copies nothing from the write-ahead log into the database, which takes longer than the commit itself: that is
# done when the answer has gone out. The pragma is for the case that readers have kept it from being done.
_WRITE_PRAGMAS = ("wal_autocheckpoint=16000",)
_ROWS_TO_CARRY_OVER = 500


class SqliteWriter:
    """One connection and its thread; calls queue. What fails is undone. Raises sqlite3.Error."""

    def __init__(self, path: str, pragmas: Sequence[str]) -> None:
        self._path = path
        self._pragmas = (*pragmas, *_WRITE_PRAGMAS)
        self._rows_to_carry_over = 0
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="alpine-store")
        self._connection: sqlite3.Connection | None = None

    async def transact(self, questions: Sequence[Question], planner: Planner) -> Any:
        """The plan's result, once its changes are on the disk.

        A caller who is cancelled meanwhile does not stop the transaction: it ends whole, and reading tells.
        """
        result = await asyncio.get_running_loop().run_in_executor(self._thread, self._transact, questions, planner)
        if self._rows_to_carry_over >= _ROWS_TO_CARRY_OVER:
            self._rows_to_carry_over = 0
            self._thread.submit(self._carry_over)
        return result

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
                if statement.rows:
                    connection.executemany(statement.sql, statement.rows)
                self._rows_to_carry_over += len(statement.rows)
            # A crash before this line leaves nothing of the transaction; after it, all of it.
            connection.execute("COMMIT")
        finally:
            # SQLite undoes some failures on its own; a COMMIT that failed leaves the transaction open.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        return plan.result

    def _carry_over(self) -> None:
        # Waits for nobody: what readers still need stays in the log until the next time. Closing does the same.
        if self._connection is not None:
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

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
