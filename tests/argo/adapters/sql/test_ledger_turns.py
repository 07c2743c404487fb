"""Turns at the log on PostgreSQL: a turn is a transaction, and its first write ends it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import asyncpg
import pytest

from argo_core.adapters.sql import Database, SqlLedgerReader, SqlLedgerStore, SqlSignalLog
from argo_core.adapters.sql.ledger_turns import SqlLedgerTurns
from argo_core.adapters.sql.log_growth import AT_ONCE
from argo_core.errors import StoreError
from argo_core.ledger import Ledger
from argo_core.testing.contracts.ledger_turns import LedgerTurnsContract, shared_ledger
from argo_core.testing.sample_cycles import MOMENT, published_cycle, sample_cycle
from argo_core.testing.sample_ledger import append_drafted

pytestmark = pytest.mark.postgres


@pytest.fixture
async def database(upgraded_pg_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(upgraded_pg_url)
    yield opened
    await opened.close()


@pytest.fixture
def turns(database: Database) -> SqlLedgerTurns:
    return SqlLedgerTurns(database)


class TestSqlLedgerTurns(LedgerTurnsContract):
    pass


async def test_the_first_write_ends_the_turn_and_is_durable(turns: SqlLedgerTurns, log: SqlSignalLog) -> None:
    async with turns.mine():
        await log.append(sample_cycle("CYC-1"))
        await asyncio.wait_for(_another_turn(turns), 5)
    assert (await log.append(sample_cycle("CYC-2"))).cycle_id == "CYC-2"


async def test_a_task_that_was_started_inside_has_no_part_in_the_turn(turns: SqlLedgerTurns, log: SqlSignalLog) -> None:
    async with turns.mine():
        other = asyncio.create_task(log.append(sample_cycle("CYC-1")))
        done, _ = await asyncio.wait([other], timeout=0.2)
        assert not done
    assert (await other).cycle_id == "CYC-1"


async def test_who_is_put_out_of_the_turn_writes_nothing(
    turns: SqlLedgerTurns, log: SqlSignalLog, store: SqlLedgerStore, ledgers: SqlLedgerReader, database: Database
) -> None:
    """The server ends the transaction of a process that stopped in the midst of it; here it is told to."""
    ledger = shared_ledger(store, turns)
    await ledger.keep(MOMENT)
    with pytest.raises(StoreError):
        async with ledger.turn():
            await _end_idle_transactions(database)
            await append_drafted(ledger, log, published_cycle("CYC-1", ["AAPL"]))
    assert await log.open_signals() == ()
    await ledger.keep(MOMENT)
    async with ledger.turn():
        await append_drafted(ledger, log, published_cycle("CYC-1", ["AAPL"]))
    assert len(await log.open_signals()) == 1


async def test_after_all_connections_were_lost_the_next_turn_goes_on_from_what_another_wrote_meanwhile(
    turns: SqlLedgerTurns, log: SqlSignalLog, store: SqlLedgerStore, ledgers: SqlLedgerReader, upgraded_pg_url: str
) -> None:
    ours, other = shared_ledger(store, turns), await Database.open(upgraded_pg_url)
    theirs = shared_ledger(SqlLedgerStore(other), SqlLedgerTurns(other))
    await _published(ours, log, 1)
    await _end_connections(upgraded_pg_url)
    await _published(theirs, SqlSignalLog(other), 2)
    await _published(ours, log, 3)
    await other.close()
    entries = [json.loads(entry) for entry in await ledgers.entries(0, 10)]
    assert [entry["seq"] for entry in entries if entry["kind"] == "signal"] == [0, 1, 2]


async def test_a_database_that_was_put_back_to_an_older_state_under_a_running_process_is_not_signed(
    turns: SqlLedgerTurns, log: SqlSignalLog, store: SqlLedgerStore, upgraded_pg_url: str, pg_server: str
) -> None:
    ledger, name = shared_ledger(store, turns), upgraded_pg_url.rpartition("/")[2]
    await _published(ledger, log, 1)
    await _administer(pg_server, f'CREATE DATABASE "{name}_older" TEMPLATE "{name}"', ends=name)
    await _published(ledger, log, 2)
    await _administer(pg_server, f'CREATE DATABASE "{name}" TEMPLATE "{name}_older"', ends=name, drops=name)
    with pytest.raises(StoreError, match=r"has 3 entries, and had 4: .*argo ledger recover"):
        await _published(ledger, log, 3)
    other = await Database.open(upgraded_pg_url)
    theirs = shared_ledger(SqlLedgerStore(other), SqlLedgerTurns(other))
    for number in (4, 5):
        await _published(theirs, SqlSignalLog(other), number)
    with pytest.raises(StoreError, match="the first 4 entries of the ledger are others than they were"):
        await _published(ledger, log, 6)
    await other.close()
    assert (await store.load()).head.size == 6
    await _administer(pg_server, f'DROP DATABASE "{name}_older"', ends=f"{name}_older")


async def test_of_more_entries_than_are_worth_it_only_sizes_and_roots_are_read(
    turns: SqlLedgerTurns, log: SqlSignalLog, store: SqlLedgerStore, database: Database
) -> None:
    ours, theirs = shared_ledger(store, turns), shared_ledger(store, turns)
    await _published(ours, log, 1)
    async with theirs.turn():
        await append_drafted(theirs, log, published_cycle("CYC-M", [f"M{number}" for number in range(AT_ONCE + 1)]))
    async with turns.mine(3) as growth:
        assert (growth.size, growth.entries, growth.sealed) == (AT_ONCE + 4, (), ())
    await _published(ours, log, 2)
    assert (await store.load()).head.next_seq == {"main": AT_ONCE + 3}


async def _published(ledger: Ledger, log: SqlSignalLog, number: int) -> None:
    await ledger.keep(MOMENT)
    async with ledger.turn():
        await append_drafted(ledger, log, published_cycle(f"CYC-{number}", [f"S{number}"]))


async def _end_connections(url: str) -> None:
    server, _, name = url.rpartition("/")
    await _administer(server, "SELECT 1", ends=name)


async def _administer(server: str, statement: str, ends: str, drops: str = "") -> None:
    """The statement, after every session of the database `ends` was ended."""
    end = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{ends}'"
    connection = await asyncpg.connect(f"{server.replace('+asyncpg', '')}/postgres")
    try:
        await connection.execute(end)
        if drops:
            await connection.execute(f'DROP DATABASE "{drops}" WITH (FORCE)')
        await connection.execute(statement)
    finally:
        await connection.close()


async def _another_turn(turns: SqlLedgerTurns) -> None:
    async with turns.mine():
        return


async def _end_idle_transactions(database: Database) -> None:
    end = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND state = 'idle in transaction' AND pid <> pg_backend_pid()"""
    async with database.reading() as connection:
        await connection.exec_driver_sql(end)
