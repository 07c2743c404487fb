"""Databases of the seeds' earlier shape, opened for reading only: one table `signals`, hash and outcome in its rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from argo_core.errors import DataError

# Each name that is understood, the present one first.
_REQUIRED = {
    "signal_id": ("signal_id",),
    "symbol": ("symbol",),
    "action": ("action",),
    "entry_price": ("entry_price",),
    "target_price": ("target_price", "take_profit"),
    "stop_price": ("stop_price", "stop_loss"),
    "confidence": ("confidence",),
    "strategy": ("strategy",),
    "timestamp": ("timestamp",),
    "sha256": ("sha256", "verification_hash", "hash"),
}
_OPTIONAL = (
    "asset_type",
    "data_source",
    "outcome",
    "exit_price",
    "profit_loss_pct",
    "order_id",
    "created_at",
    "service_type",
    "executor_id",
    "generated_by",
    "regime",
    "reasoning",
)


@dataclass(frozen=True, slots=True)
class OldRow:
    """One row as SQLite gives it: int, float, str, bytes or None per column; absent columns are missing."""

    number: int
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class OldDatabase:
    """A file of the earlier shape and the query that reads it."""

    path: Path
    query: str
    names: tuple[str, ...]

    @classmethod
    def open(cls, path: Path) -> OldDatabase:
        """Look at the file. Raises DataError `no_file`, `not_a_database` or `foreign_schema`."""
        if not path.is_file():
            raise DataError("no_file", f"{path}: not a file: name an older database")
        with _reading(path) as connection:
            kind = connection.execute("SELECT type FROM sqlite_master WHERE name = 'signals'").fetchone()
            columns = {row[1] for row in connection.execute("PRAGMA table_info(signals)")}
        if kind == ("view",):
            raise DataError("foreign_schema", f"{path} is a unified database already: name one of the earlier shape")
        chosen = {
            name: next((alias for alias in aliases if alias in columns), None) for name, aliases in _REQUIRED.items()
        }
        missing = [name for name, column in chosen.items() if column is None]
        if missing:
            raise DataError(
                "foreign_schema", f"{path} has no table signals with {', '.join(missing)}: name a database of signals"
            )
        chosen |= {name: name for name in _OPTIONAL if name in columns}
        select = ", ".join(f'"{column}"' for column in chosen.values())
        return cls(path, f"SELECT rowid, {select} FROM signals WHERE rowid > ? ORDER BY rowid LIMIT ?", tuple(chosen))

    def rows_after(self, number: int, limit: int) -> list[OldRow]:
        """Up to `limit` rows after row `number`, in the order of their row numbers. Raises DataError."""
        with _reading(self.path) as connection:
            found = connection.execute(self.query, (number, limit)).fetchall()
        return [OldRow(row[0], dict(zip(self.names, row[1:], strict=True))) for row in found]


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.text_factory = _text_or_bytes
            yield connection
    except sqlite3.Error as error:
        raise DataError("not_a_database", f"{path} cannot be read as a SQLite database: {error}") from error


def _text_or_bytes(raw: bytes) -> str | bytes:
    # One damaged row is refused by its own fault; it does not make the file unreadable.
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw
