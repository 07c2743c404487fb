"""The calls of a day in a file beside the other caches: a few numbers, shared by the processes of a host."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from argo_core.errors import StoreError

T = TypeVar("T")
DAY_SECONDS, AHEAD_SECONDS = 86_400.0, 60.0
KEPT_ROWS = 1000
LOCKED_SECONDS = 2.0
_TABLE = "CREATE TABLE IF NOT EXISTS calls (account TEXT NOT NULL, writer TEXT NOT NULL, at REAL NOT NULL)"
_OF_THE_DAY = "account = :account AND at > :now - :day AND at <= :now + :ahead"
_TAKE = (
    f"INSERT INTO calls SELECT :account, :writer, :now WHERE (SELECT count(*) FROM calls WHERE {_OF_THE_DAY}) < :quota"
)
_NEXT = f"SELECT at FROM calls WHERE {_OF_THE_DAY} ORDER BY at DESC LIMIT 1 OFFSET :quota - 1"
_OTHERS = f"SELECT at FROM calls WHERE {_OF_THE_DAY} AND writer <> :writer ORDER BY at"
_GIVE_BACK = (
    "DELETE FROM calls WHERE rowid ="
    " (SELECT max(rowid) FROM calls WHERE account = :account AND writer = :writer AND at = :at)"
)
# By number, not by time: a clock that is ahead takes nobody's calls away.
_TIDY = (
    "DELETE FROM calls WHERE account = :account AND rowid <="
    " (SELECT rowid FROM calls WHERE account = :account ORDER BY rowid DESC LIMIT 1 OFFSET :kept)"
)


class CallFile:
    """A `ports.CallLog`. The file is made when the first call is; of each account the newest rows stay, four days'
    worth at least."""

    def __init__(self, file: Path) -> None:
        self._file = file

    async def take(self, account: str, writer: str, now: float, quota: int) -> float | None:
        """See `ports.CallLog`."""
        terms = {**_day(account, writer, now), "quota": quota, "kept": max(KEPT_ROWS, 4 * quota)}

        def taken(connection: sqlite3.Connection) -> float | None:
            if connection.execute(_TAKE, terms).rowcount:
                connection.execute(_TIDY, terms)
                return None
            return float(connection.execute(_NEXT, terms).fetchone()[0])

        return await asyncio.to_thread(self._done, taken)

    async def give_back(self, account: str, writer: str, at: float) -> None:
        """See `ports.CallLog`."""
        terms = {"account": account, "writer": writer, "at": at}

        def given(connection: sqlite3.Connection) -> None:
            connection.execute(_GIVE_BACK, terms)

        await asyncio.to_thread(self._done, given)

    async def of_others(self, account: str, writer: str, now: float) -> tuple[float, ...]:
        """See `ports.CallLog`."""

        def found(connection: sqlite3.Connection) -> tuple[float, ...]:
            return tuple(float(at) for (at,) in connection.execute(_OTHERS, _day(account, writer, now)))

        return await asyncio.to_thread(self._done, found)

    def _done(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            opened = sqlite3.connect(self._file, timeout=LOCKED_SECONDS, isolation_level=None)
            with closing(opened) as connection, connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(_TABLE)
                return work(connection)
        except (sqlite3.Error, OSError) as error:
            why = f"the day's calls cannot be kept in {self._file} ({error}): point ARGO_CACHE_DIR at a writable folder"
            raise StoreError(why) from error


def _day(account: str, writer: str, now: float) -> dict[str, str | float]:
    return {"account": account, "writer": writer, "now": now, "day": DAY_SECONDS, "ahead": AHEAD_SECONDS}
