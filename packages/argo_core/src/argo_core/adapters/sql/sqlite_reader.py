"""Hot reads of SQLite: several questions in one visit to a thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from argo_core.adapters.sql.sqlite_thread import SqliteThread

Question = tuple[str, Sequence[Any]]
"""A statement as the driver takes it, and its parameters."""


class SqliteReader:
    """Reads; it never waits for a writer (WAL). Raises sqlite3.Error."""

    def __init__(self, path: str, pragmas: Sequence[str]) -> None:
        self._thread = SqliteThread(path, pragmas, "argo-read")

    async def fetch(self, questions: Sequence[Question]) -> list[list[Any]]:
        """The rows of each question, asked one after the other: a later answer may be of a later moment."""
        return await self._thread.visit(
            lambda connection: [connection.execute(sql, parameters).fetchall() for sql, parameters in questions]
        )

    async def close(self) -> None:
        """Close the connection and end the thread."""
        await self._thread.close()
