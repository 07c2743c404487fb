"""The one place where the database's errors become ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from argo_core.errors import StoreError


@contextmanager
def store_errors(what: str) -> Iterator[None]:
    """Raise StoreError, cause kept, for what the driver, the network or the disk raises. `what` names the act."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError, TimeoutError) as error:
        raise StoreError(f"{what} failed: {_one_line(error)}: check the database and try again") from error


def _one_line(error: BaseException) -> str:
    origin = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    words = " ".join(str(origin).split())
    return words or type(origin).__name__
