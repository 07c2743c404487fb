"""A connection to SQLite in a thread of its own: many statements in one visit.

Through the pool every statement changes threads three times, which costs more than a fast disk needs to commit.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class SqliteThread:
    """Opened at the first visit. Concurrent visits queue."""

    def __init__(self, path: str, pragmas: Sequence[str], name: str) -> None:
        self._path, self._pragmas = path, pragmas
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._connection: sqlite3.Connection | None = None

    async def visit(self, call: Callable[[sqlite3.Connection], T]) -> T:
        """What `call` answers, or raises. A caller who is cancelled meanwhile does not stop it."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: call(self._opened()))

    async def close(self) -> None:
        """Close the connection and end the thread."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

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
