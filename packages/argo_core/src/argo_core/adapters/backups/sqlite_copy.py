"""A SQLite database as one file: copied while somebody writes, packed, and taken out again. Not for the event loop."""

from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from argo_core.errors import StoreError

PACKED = "database.sqlite3.gz"
_LEVEL, _CHUNK = 3, 1 << 20
SQLITE_WAIT_SECONDS = 30.0


def snapshot(source: Path, target: Path) -> None:
    """One moment of `source`, in one step of the online backup: writers go on and are not seen.

    Raises StoreError where there is none, sqlite3.Error, OSError.
    """
    if not source.is_file():
        raise StoreError(f"there is no database at {source}: nothing to back up")
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=rw", uri=True, timeout=SQLITE_WAIT_SECONDS)) as ours,
        closing(sqlite3.connect(target)) as copy,
    ):
        ours.backup(copy, pages=-1)


def single_file(path: Path) -> None:
    """Everything that stands beside the database, in it. Raises sqlite3.Error."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE").fetchall()


def faults(path: Path) -> tuple[str, ...]:
    """What SQLite's own check of its pages says; nothing if they are sound. Raises sqlite3.Error."""
    with closing(sqlite3.connect(path)) as connection:
        said = [str(row[0]) for row in connection.execute("PRAGMA quick_check(5)")]
    return () if said == ["ok"] else tuple(f"the file's pages are damaged: {' '.join(one.split())}" for one in said)


def packed(source: Path, target: Path) -> None:
    """Compressed, on the disk when it returns. Raises OSError."""
    with source.open("rb") as read, target.open("wb") as file:
        with gzip.GzipFile("", "wb", _LEVEL, file, mtime=0) as write:
            shutil.copyfileobj(read, write, _CHUNK)
        file.flush()
        os.fsync(file.fileno())


def unpacked(source: Path, target: Path) -> None:
    """On the disk when it returns. Raises OSError, EOFError, zlib.error for a file that is none."""
    with gzip.open(source, "rb") as read, target.open("wb") as write:
        shutil.copyfileobj(read, write, _CHUNK)
        write.flush()
        os.fsync(write.fileno())
