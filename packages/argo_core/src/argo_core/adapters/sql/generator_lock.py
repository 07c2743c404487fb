"""One generator per database: two would publish every consensus twice."""

from __future__ import annotations

import asyncio
import fcntl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import IO

from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from argo_core.adapters.sql.database import parse_url
from argo_core.adapters.sql.failures import store_errors
from argo_core.errors import StoreError

_GENERATOR_LOCK = 0x4152474F_47454E  # "ARGO" "GEN"
_LOOK_AGAIN_SECONDS = 0.05
_TAKEN = "another {} works on this database: stop it first, or configure a database of your own"


@asynccontextmanager
async def generator_lock(url: str, holder: str = "generator", patience: float = 0.0) -> AsyncIterator[None]:
    """Held while the block runs. Raises StoreError if another process holds it for longer than `patience` seconds;
    `holder` is its name there.

    A lock on a file beside the SQLite database, or an advisory lock of a PostgreSQL session: both end with the
    process that holds them, however it ends.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        async with _file_lock(Path(f"{parsed.database}.generator"), holder, patience):
            yield
        return
    engine = create_async_engine(parsed, pool_size=1)
    try:
        async with engine.connect() as connection:
            with store_errors("taking the generator's lock"):
                await _in_time(partial(_advisory_lock, connection), holder, patience)
                await connection.commit()  # the lock is the session's; an open transaction would hold back vacuum
            yield
    finally:
        await engine.dispose()


async def _advisory_lock(connection: AsyncConnection) -> bool:
    answer = await connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({_GENERATOR_LOCK})")
    return bool(answer.scalar())


@asynccontextmanager
async def _file_lock(file: Path, holder: str, patience: float) -> AsyncIterator[None]:
    try:
        handle = file.open("ab")
    except OSError as error:
        raise StoreError(f"{file}: {error.strerror}: the database's folder must be writable") from error
    with handle:
        await _in_time(partial(_flock, handle), holder, patience)
        yield


async def _flock(handle: IO[bytes]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _in_time(take: Callable[[], Awaitable[bool]], holder: str, patience: float) -> None:
    """Asks again and again: who waits in a queue of the system could not be told to stop waiting."""
    until = time.monotonic() + patience
    while not await take():
        if time.monotonic() >= until:
            raise StoreError(_TAKEN.format(holder))
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
