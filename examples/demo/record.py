"""Both companies' databases, read from outside: every stored signal is hashed again from its columns."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from examples.demo.hashing import NINE, hash_of


@dataclass(frozen=True, slots=True)
class Verified:
    """`synced` of the producer's signals stand at the distributor, under the same hash; `wrong` of what stands there
    does not hash to what it claims."""

    synced: int
    wrong: tuple[str, ...]


def verify_databases(producer: Path, distributor: Path) -> Verified:
    """Both read-only, beside the running processes."""
    published = _rows(producer, "SELECT signal_id, verification_hash FROM signal_log")
    stored = _rows(distributor, f"SELECT {', '.join(NINE)}, verification_hash FROM signals")
    hashes = {row["signal_id"]: row["verification_hash"] for row in stored}
    synced = sum(hashes.get(row["signal_id"]) == row["verification_hash"] for row in published)
    wrong = tuple(row["signal_id"] for row in stored if hash_of(dict(row)) != row["verification_hash"])
    return Verified(synced, wrong)


def _rows(path: Path, query: str) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute(query).fetchall()


def count(path: Path, table: str) -> int:
    """The rows of one of the system's own tables."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as connection:
        found: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        return found
