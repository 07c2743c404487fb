"""The distributor's own database, read from outside: every stored signal is hashed again from its columns."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from examples.demo.hashing import NINE, hash_of


@dataclass(frozen=True, slots=True)
class Verified:
    """What the database holds: `stored` signals, of which `wrong` do not hash to what they claim."""

    stored: int
    wrong: tuple[str, ...]


def verify_database(path: Path) -> Verified:
    """Read-only, beside the running process."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute(f"SELECT {', '.join(NINE)}, verification_hash FROM signals").fetchall()
    wrong = tuple(row["signal_id"] for row in rows if hash_of(dict(row)) != row["verification_hash"])
    return Verified(len(rows), wrong)


def count(path: Path, table: str) -> int:
    """The rows of one of the system's own tables."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as connection:
        found: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        return found
