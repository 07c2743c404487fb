"""Addresses of databases that keep what they are given."""

from __future__ import annotations

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from alpine_core.errors import OperatorError

SQLITE, POSTGRESQL = "sqlite+aiosqlite", "postgresql+asyncpg"
_HOW = f"write {SQLITE}:///PATH or {POSTGRESQL}://USER@HOST/NAME"


def parse_url(url: str) -> URL:
    """The parts of the address. Raises OperatorError for another driver, and for a database that lives in memory."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise OperatorError(f"the database URL cannot be read: {_HOW}") from error
    if parsed.drivername not in {SQLITE, POSTGRESQL}:
        raise OperatorError(f"the database driver {parsed.drivername!r} is not supported: {_HOW}")
    if not parsed.database:
        raise OperatorError(f"the database URL names no database: {_HOW}")
    if parsed.drivername == SQLITE and (":memory:" in parsed.database or "mode" in parsed.query):
        raise OperatorError("a database in memory is lost at exit: name a file")
    return parsed
