"""Turns at the log on PostgreSQL: a turn is a transaction, and its first write ends it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from argo_core.adapters.sql import Database, SqlLedgerReader, SqlLedgerStore, SqlSignalLog
from argo_core.adapters.sql.ledger_turns import SqlLedgerTurns
from argo_core.errors import StoreError
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


async def _another_turn(turns: SqlLedgerTurns) -> None:
    async with turns.mine():
        return


async def _end_idle_transactions(database: Database) -> None:
    end = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND state = 'idle in transaction' AND pid <> pg_backend_pid()"""
    async with database.reading() as connection:
        await connection.exec_driver_sql(end)
