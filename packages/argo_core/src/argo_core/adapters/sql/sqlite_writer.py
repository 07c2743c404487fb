"""The hot path of SQLite: a whole transaction in one visit to a thread."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from argo_core.adapters.sql.records import Row
from argo_core.adapters.sql.sqlite_thread import SqliteThread

Positions = tuple[int, ...]
Plan = Callable[[Positions], Sequence[tuple[str, Sequence[Row]]]]
"""From the last position of each table to the statements to run, each once per row."""


# Somebody waits for each append. So its commit leaves it to the other writers, which mark deliveries when nobody waits,
# to carry the write-ahead log over into the database, unless 32 MB have gathered; and a cycle of many symbols fits into
# the page cache, instead of being written out and read back half-way.
_APPEND_PRAGMAS = ("wal_autocheckpoint=8000", "cache_size=-16000")


class SqliteWriter:
    """Appends. Raises sqlite3.Error; what failed is undone."""

    def __init__(self, path: str, pragmas: Sequence[str]) -> None:
        self._thread = SqliteThread(path, (*pragmas, *_APPEND_PRAGMAS), "argo-append")

    async def append(self, positions_sql: str, plan: Plan) -> Positions:
        """Run the statements that `plan` makes of the answer to `positions_sql`; the answer, once they are durable.

        A caller who is cancelled meanwhile does not stop the transaction: it ends whole, and loading tells.
        """
        return await self._thread.visit(lambda connection: _append(connection, positions_sql, plan))

    async def close(self) -> None:
        """Close the connection and end the thread."""
        await self._thread.close()


def _append(connection: sqlite3.Connection, positions_sql: str, plan: Plan) -> Positions:
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
