"""Hot reads of SQLite: several questions in one visit to a thread of its own.

Through the pool each begin, statement, fetch and return changes threads and back, which costs more than the answer.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Question = tuple[str, Sequence[Any]]
"""A statement as the driver takes it, and its parameters."""


class SqliteReader:
    """One connection for reading; it never waits for a writer (WAL). Raises sqlite3.Error."""

    def __init__(self, path: str, pragmas: Sequence[str]) -> None:
        self._path, self._pragmas = path, pragmas
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="argo-read")
        self._connection: sqlite3.Connection | None = None

    async def fetch(self, questions: Sequence[Question]) -> list[list[Any]]:
        """The rows of each question, asked one after the other: a later answer may be of a later moment."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._fetch, questions)

    async def close(self) -> None:
        """Close the connection and end the thread."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def _fetch(self, questions: Sequence[Question]) -> list[list[Any]]:
        execute = self._opened().execute
        return [execute(statement, parameters).fetchall() for statement, parameters in questions]

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
