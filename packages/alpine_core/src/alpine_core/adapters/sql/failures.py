"""The one place where the database's errors become ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from alpine_core.errors import StoreError


@contextmanager
def store_errors(act: str) -> Iterator[None]:
    """Raise StoreError, cause kept, for whatever driver, network or disk raise while `act` is done."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError, TimeoutError) as error:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        words = " ".join(str(cause).split()) or type(cause).__name__
        raise StoreError(f"{act} failed: {words[:300]}: check the database, then try again") from error
