"""The hot path of SQLite: a whole transaction in one visit to a thread of its own.

Through the pool every statement changes threads three times, which costs more than a fast disk needs to commit.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from argo_core.adapters.sql.records import Row

Positions = tuple[int, ...]
Plan = Callable[[Positions], Sequence[tuple[str, Sequence[Row]]]]
"""From the last position of each table to the statements to run, each once per row."""


class SqliteWriter:
    """One connection for appending. Concurrent calls queue. Raises sqlite3.Error; what failed is undone."""

    def __init__(self, path: str, pragmas: Sequence[str]) -> None:
        self._path = path
        self._pragmas = pragmas
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="argo-append")
        self._connection: sqlite3.Connection | None = None

    async def append(self, positions_sql: str, plan: Plan) -> Positions:
        """Run the statements that `plan` makes of the answer to `positions_sql`; the answer, once they are durable.

        A caller who is cancelled meanwhile does not stop the transaction: it ends whole, and loading tells.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._append, positions_sql, plan)

    async def close(self) -> None:
        """Close the connection and end the thread."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def _append(self, positions_sql: str, plan: Plan) -> Positions:
        connection = self._opened()
        connection.execute("BEGIN IMMEDIATE")
        try:
            positions: Positions = connection.execute(positions_sql).fetchone()
            for statement, rows in plan(positions):
                connection.executemany(statement, rows)
            connection.execute("COMMIT")
        finally:
            # After a failure, also of COMMIT itself. SQLite may have undone the transaction on its own.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        return positions

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
