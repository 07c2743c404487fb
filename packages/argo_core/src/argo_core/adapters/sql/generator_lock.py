"""One generator per database: two would publish every consensus twice."""

from __future__ import annotations

import fcntl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy.ext.asyncio import create_async_engine

from argo_core.adapters.sql.database import parse_url
from argo_core.adapters.sql.failures import store_errors
from argo_core.errors import StoreError

_GENERATOR_LOCK = 0x4152474F_47454E  # "ARGO" "GEN"
_TAKEN = "another {} works on this database: stop it first, or configure a database of your own"


@asynccontextmanager
async def generator_lock(url: str, holder: str = "generator") -> AsyncIterator[None]:
    """Held while the block runs. Raises StoreError at once if another process holds it; `holder` is its name there.

    A lock on a file beside the SQLite database, or an advisory lock of a PostgreSQL session: both end with the
    process that holds them, however it ends.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        with _file_lock(Path(f"{parsed.database}.generator"), holder):
            yield
        return
    engine = create_async_engine(parsed, pool_size=1)
    try:
        async with engine.connect() as connection:
            with store_errors("taking the generator's lock"):
                answer = await connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({_GENERATOR_LOCK})")
                if not answer.scalar():
                    raise StoreError(_TAKEN.format(holder))
                await connection.commit()  # the lock is the session's; an open transaction would hold back vacuum
            yield
    finally:
        await engine.dispose()


@contextmanager
def _file_lock(file: Path, holder: str) -> Iterator[None]:
    try:
        handle = file.open("ab")
    except OSError as error:
        raise StoreError(f"{file}: {error.strerror}: the database's folder must be writable") from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError(_TAKEN.format(holder)) from error
        yield
