"""Reading on SQLite: a whole question in one visit to a thread.

Through a pool of connections each statement, each fetch and each return changes threads and back.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from alpine_core.adapters.sql.reading import SqliteReading


class SqliteReader:
    """A connection for each of at most `threads`, opened when needed. Readers never wait for a writer (WAL). `busy`:
    questions that are asked or wait for a thread.

    Each statement sees one moment by itself. Raises sqlite3.Error.
    """

    def __init__(self, path: str, pragmas: Sequence[str], threads: int) -> None:
        self._path = path
        self._pragmas = pragmas
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="alpine-shelf")
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self.threads, self.busy = threads, 0

    async def read(self, reading: SqliteReading, many: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
        """The rows for each set of parameters, in order."""
        self.busy += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, reading, many)
        finally:
            self.busy -= 1

    async def close(self) -> None:
        """End the threads and close the connections."""
        await asyncio.to_thread(self._threads.shutdown)
        for connection in self._connections:
            connection.close()
        self._connections.clear()

    def _read(self, reading: SqliteReading, many: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
        execute, row = self._opened().execute, reading.row
        return [[row(found) for found in execute(reading.sql, reading.parameters(one))] for one in many]

    def _opened(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            # Closed by another thread, when this one has ended.
            connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
            self._connections.append(connection)
            for pragma in self._pragmas:
                connection.execute(f"PRAGMA {pragma}")
            self._local.connection = connection
        return connection
