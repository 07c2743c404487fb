"""Both companies' databases, read from outside: every stored signal is hashed again, and looked for in the log."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from examples.demo.hashing import NINE, hash_of
from examples.demo.proof import proven_signals


@dataclass(frozen=True, slots=True)
class Verified:
    """`synced` of the producer's signals stand at the distributor, under the same hash; `verified` of them hash to it
    and stand in the signed log; `wrong` of what stands there does not hash to what it claims."""

    synced: int
    verified: int
    wrong: tuple[str, ...]


def verify_databases(producer: Path, distributor: Path, vkey: str) -> Verified:
    """Both read-only, beside the running processes; `vkey` is the key that signs the log."""
    published = _rows(producer, "SELECT signal_id, verification_hash FROM signal_log")
    stored = _rows(distributor, f"SELECT {', '.join(NINE)}, verification_hash FROM signals")
    hashes = {row["signal_id"]: row["verification_hash"] for row in stored}
    synced = {row["signal_id"] for row in published if hashes.get(row["signal_id"]) == row["verification_hash"]}
    wrong = tuple(row["signal_id"] for row in stored if hash_of(dict(row)) != row["verification_hash"])
    verified = (synced - set(wrong)) & proven_signals(distributor, vkey)
    return Verified(len(synced), len(verified), wrong)


def _rows(path: Path, query: str) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute(query).fetchall()


def count(path: Path, table: str) -> int:
    """The rows of one of the system's own tables."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as connection:
        found: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        return found
