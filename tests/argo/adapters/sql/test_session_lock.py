"""Locks of a session that the server may end: noticed, taken again, or lost; and whoever lost one writes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import asyncpg
import pytest

from argo_core.adapters.sql import Database, SqlSignalLog
from argo_core.adapters.sql.generator_lock import FencedSeat, generator_lock, leader_lock, vacant_shards
from argo_core.adapters.sql.ledger_turns import SqlLedgerTurns
from argo_core.errors import ConfigError, StoreError
from argo_core.model.shard import Shard
from argo_core.testing.sample_cycles import sample_cycle

SYMBOLS = ("AAPL", "TSLA", "SPY")
FIRST, SECOND = Shard(1, 2), Shard(2, 2)
SHARDS = 0x41524753  # how the lock of a shard is found on the server
WAITS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
END_LOCKS = """SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND application_name LIKE 'argo-lock-%'"""
LOCKING = """SELECT count(*) FROM pg_stat_activity
  WHERE datname = current_database() AND application_name LIKE 'argo-lock-%'"""
LIVE = "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY($1)"


@pytest.fixture
async def server(upgraded_pg_url: str) -> AsyncIterator[asyncpg.Connection]:
    """Somebody who may end sessions of others."""
    connection = await asyncpg.connect(upgraded_pg_url.replace("+asyncpg", ""))
    yield connection
    await connection.close()


@pytest.fixture
async def database(upgraded_pg_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(upgraded_pg_url)
    yield opened
    await opened.close()


def generator(url: str, shard: Shard, symbols: tuple[str, ...] = SYMBOLS) -> AbstractAsyncContextManager[FencedSeat]:
    return generator_lock(url, "generator", 0.0, shard, symbols)


async def end_sessions(server: asyncpg.Connection) -> None:
    """Every session that holds a lock, and with it the lock, is gone when this returns."""
    ended = [row["pid"] for row in await server.fetch(END_LOCKS)]
    async with asyncio.timeout(20):
        while await server.fetchval(LIVE, ended):
            await asyncio.sleep(0.01)


async def comes_true(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.02)


async def test_several_generators_need_postgresql(sqlite_url: str) -> None:
    with pytest.raises(ConfigError, match="need PostgreSQL"):
        async with generator(sqlite_url, FIRST):
            raise AssertionError("two generators on one file")


@pytest.mark.postgres
class TestOnPostgres:
    async def test_each_shard_has_one_generator(self, upgraded_pg_url: str) -> None:
        async with generator(upgraded_pg_url, FIRST), generator(upgraded_pg_url, SECOND):
            with pytest.raises(StoreError, match="shard 2/2"):
                async with generator(upgraded_pg_url, SECOND):
                    raise AssertionError("two generators on one shard")

    async def test_a_shard_that_nobody_has_is_vacant(self, upgraded_pg_url: str, database: Database) -> None:
        async with generator(upgraded_pg_url, FIRST):
            assert await vacant_shards(database, 2) == (SECOND,)
            async with generator(upgraded_pg_url, SECOND):
                assert await vacant_shards(database, 2) == ()

    async def test_nobody_has_the_whole_beside_a_shard_nor_a_shard_beside_the_whole(self, upgraded_pg_url: str) -> None:
        async with generator(upgraded_pg_url, FIRST):
            with pytest.raises(StoreError, match="another generator"):
                async with generator_lock(upgraded_pg_url):
                    raise AssertionError("two generators on one symbol")
        async with generator_lock(upgraded_pg_url):
            with pytest.raises(StoreError, match="another generator"):
                async with generator(upgraded_pg_url, FIRST):
                    raise AssertionError("two generators on one symbol")

    @pytest.mark.parametrize(("shard", "symbols"), [(Shard(2, 3), SYMBOLS), (SECOND, ("TSLA", "AAPL", "SPY"))])
    async def test_nobody_deals_the_symbols_otherwise(
        self, upgraded_pg_url: str, shard: Shard, symbols: tuple[str, ...]
    ) -> None:
        async with generator(upgraded_pg_url, FIRST):
            with pytest.raises(StoreError, match="deal the symbols otherwise"):
                async with generator(upgraded_pg_url, shard, symbols):
                    raise AssertionError("two generators on one symbol")
        async with generator(upgraded_pg_url, shard, symbols):
            pass

    async def test_a_session_that_the_server_ended_is_taken_again(
        self, upgraded_pg_url: str, server: asyncpg.Connection
    ) -> None:
        async with generator(upgraded_pg_url, FIRST) as seat:
            assert seat.require() == 0
            await end_sessions(server)
            await comes_true(lambda: _taken(seat.require) == 1)
            with pytest.raises(StoreError, match="shard 1/2"):
                async with generator(upgraded_pg_url, FIRST):
                    raise AssertionError("two generators on one shard")

    async def test_who_lost_its_place_writes_nothing(
        self, upgraded_pg_url: str, server: asyncpg.Connection, database: Database
    ) -> None:
        log, turns = SqlSignalLog(database), SqlLedgerTurns(database)
        async with generator(upgraded_pg_url, FIRST) as seat:
            database.fence_with(seat.fence)
            await log.append(sample_cycle("CYC-1"))
            async with turns.mine():  # who would take the place again has to wait for this turn's end
                await end_sessions(server)
                with pytest.raises(StoreError, match="asks for its place"):
                    await log.append(sample_cycle("CYC-2"))
        rows = await server.fetch("SELECT cycle_id FROM cycle_log")
        assert [row["cycle_id"] for row in rows] == ["CYC-1"]

    async def test_a_place_that_another_takes_first_is_lost(
        self, upgraded_pg_url: str, server: asyncpg.Connection
    ) -> None:
        other = await asyncpg.connect(upgraded_pg_url.replace("+asyncpg", ""))
        try:
            async with generator(upgraded_pg_url, FIRST) as seat:
                waiting = asyncio.create_task(other.execute(f"SELECT pg_advisory_lock({SHARDS}, 1)"))
                while not await server.fetchval(WAITS):
                    await asyncio.sleep(0.02)
                await end_sessions(server)
                await waiting
                await asyncio.wait_for(seat.lost(), 20)
                with pytest.raises(StoreError, match="shard 1/2"):
                    seat.require()
        finally:
            await other.close()

    async def test_who_waits_outlasts_a_server_that_ends_its_session(
        self, upgraded_pg_url: str, server: asyncpg.Connection
    ) -> None:
        async def successor() -> None:
            async with generator_lock(upgraded_pg_url, "generator", 20.0, FIRST, SYMBOLS):
                return

        async with generator(upgraded_pg_url, FIRST):
            waiting = asyncio.create_task(successor())
            async with asyncio.timeout(20):
                while await server.fetchval(LOCKING) < 2:
                    await asyncio.sleep(0.01)
            await end_sessions(server)
        await asyncio.wait_for(waiting, 20)

    async def test_the_leader_hears_of_every_turn_that_wrote(self, upgraded_pg_url: str, database: Database) -> None:
        heard: list[str] = []
        lock = leader_lock(upgraded_pg_url)
        lock.on_growth(lambda: heard.append("grown"))
        async with lock.held(0.0):
            async with SqlLedgerTurns(database).mine():
                await SqlSignalLog(database).append(sample_cycle("CYC-1"))
            await comes_true(lambda: heard == ["grown"])

    async def test_one_leads_and_the_next_after_its_end(self, upgraded_pg_url: str) -> None:
        first, second = leader_lock(upgraded_pg_url), leader_lock(upgraded_pg_url)
        async with first.held(0.0):
            with pytest.raises(StoreError, match="leads"):
                async with second.held(0.0):
                    raise AssertionError("two leaders")
        async with second.held(0.0):
            assert second.require() == 0


def _taken(require: Callable[[], int]) -> int | None:
    try:
        return require()
    except StoreError:
        return None
