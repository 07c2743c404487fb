"""One generator per database, or one per shard of its symbols: two would publish every consensus twice."""

from __future__ import annotations

import asyncio
import fcntl
import time
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import IO, Protocol

import msgspec
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from argo_core.adapters.sql.database import Database, parse_url
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.session_lock import LOOK_AGAIN_SECONDS, SessionLock
from argo_core.errors import ConfigError, StoreError
from argo_core.model.shard import WHOLE, Shard
from argo_core.pipeline.seated_cycle import LastingSeat, Seat

_GENERATOR_LOCK = 0x4152474F_47454E  # "ARGO" "GEN"
_LEADER_LOCK = 0x4152474F_4C4541  # "ARGO" "LEA"
_DEALING_LOCK = 0x4152474F_444541  # "ARGO" "DEA"
_SHARDS, _DEALS = 0x41524753, 0x41524744  # "ARGS", "ARGD": the first halves of keys of two halves
_STANDBY_SECONDS = 0.25
_TAKEN = "another {} works on this database: stop it first, or configure a database of your own"
_SHARD_TAKEN = "another generator works on shard {} of this database: stop it first, or let this one wait: --take-over"
_DEALT_OTHERWISE = (
    "generators on this database deal the symbols otherwise: stop them all, and start all with the same "
    "signal_generation.symbols and the same number of shards"
)
_DEALS_OF_OTHERS = """SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2
  AND classid = $1::bigint::oid AND objid <> $2::bigint::oid
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


_HELD_SHARDS = """SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted
  AND classid = $1::bigint::oid AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


class FencedSeat(Seat, Protocol):
    """A place that every writing transaction asks after: see `Database.fence_with`."""

    async def fence(self, connection: AsyncConnection) -> None: ...


@asynccontextmanager
async def generator_lock(
    url: str,
    holder: str = "generator",
    patience: float = 0.0,
    shard: Shard = WHOLE,
    universe: tuple[str, ...] = (),
) -> AsyncIterator[FencedSeat]:
    """Held while the block runs. Raises StoreError if another process holds it for longer than `patience` seconds;
    `holder` is its name there.

    A lock on a file beside the SQLite database, or an advisory lock of a PostgreSQL session: both end with the
    process that holds them, however it ends. A shard's keeps out the same shard, whoever has the whole, and whoever
    deals another `universe` or deals it otherwise. Raises ConfigError for a shard on SQLite.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        if not shard.is_whole:
            raise ConfigError("several generators need PostgreSQL: set ARGO_DATABASE_URL=postgresql+asyncpg://…")
        async with _file_lock(Path(f"{parsed.database}.generator"), holder, patience):
            yield _FileSeat()
        return
    claim = partial(_claim_whole, _TAKEN.format(holder)) if shard.is_whole else partial(_claim_shard, shard, universe)
    lock = SessionLock(parsed, claim)
    async with lock.held(patience, LOOK_AGAIN_SECONDS if shard.is_whole else _STANDBY_SECONDS):
        yield lock


def leader_lock(url: str) -> SessionLock:
    """The lock of the one generator of a PostgreSQL database that does what must be done once."""
    return SessionLock(_postgresql(url), partial(_claim_one, _LEADER_LOCK, "another generator leads"))


async def vacant_shards(database: Database, of: int) -> tuple[Shard, ...]:
    """Those shards that no generator has now. Raises StoreError."""
    with store_errors("reading who works"):
        async with database.reading() as connection:
            held = set((await connection.exec_driver_sql(_HELD_SHARDS, (_SHARDS,))).scalars())
    return tuple(Shard(index, of) for index in range(1, of + 1) if index not in held)


def _postgresql(url: str) -> URL:
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        raise ConfigError("several generators need PostgreSQL: set ARGO_DATABASE_URL=postgresql+asyncpg://…")
    return parsed


async def _claim_one(key: int, in_the_way: str, session: AsyncConnection) -> str | None:
    return None if await _took(session, f"pg_try_advisory_lock({key})") else in_the_way


async def _claim_whole(in_the_way: str, session: AsyncConnection) -> str | None:
    return await _claim_one(_GENERATOR_LOCK, in_the_way, session)


async def _claim_shard(shard: Shard, universe: tuple[str, ...], session: AsyncConnection) -> str | None:
    if not await _took(session, f"pg_try_advisory_lock({_SHARDS}, {shard.index})"):
        return _SHARD_TAKEN.format(shard.text)
    in_the_way = await _claim_deal(_deal(shard, universe), session)
    if in_the_way is not None:
        await session.exec_driver_sql("SELECT pg_advisory_unlock_all()")
    return in_the_way


async def _claim_deal(deal: int, session: AsyncConnection) -> str | None:
    if not await _took(session, f"pg_try_advisory_lock_shared({_GENERATOR_LOCK})"):
        return _TAKEN.format("generator or command")
    await session.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_DEALING_LOCK})")  # until the caller's commit
    others = await session.exec_driver_sql(_DEALS_OF_OTHERS, (_DEALS, deal))
    if others.scalar():
        return _DEALT_OTHERWISE
    return None if await _took(session, f"pg_try_advisory_lock_shared({_DEALS}, {deal})") else _DEALT_OTHERWISE


def _deal(shard: Shard, universe: tuple[str, ...]) -> int:
    """One number for one way to deal, 31 bits."""
    return zlib.crc32(msgspec.json.encode([shard.of, *universe])) & 0x7FFFFFFF


async def _took(session: AsyncConnection, call: str) -> bool:
    return bool((await session.exec_driver_sql(f"SELECT {call}")).scalar())


class _FileSeat(LastingSeat):
    """Its lock ends with its process and with nothing else."""

    async def fence(self, connection: AsyncConnection) -> None:
        """Raises StoreError once it was given up."""
        self.require()


@asynccontextmanager
async def _file_lock(file: Path, holder: str, patience: float) -> AsyncIterator[None]:
    try:
        handle = file.open("ab")
    except OSError as error:
        raise StoreError(f"{file}: {error.strerror}: the database's folder must be writable") from error
    with handle:
        until = time.monotonic() + patience
        while not _flock(handle):
            if time.monotonic() >= until:
                raise StoreError(_TAKEN.format(holder))
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        yield


def _flock(handle: IO[bytes]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
