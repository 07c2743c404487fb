"""Halts, flattenings, the monitor's memory and the last bars, on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from argo_core.adapters.sql import Database, SqlBarWindow, SqlHaltLog, SqlWatchLog
from argo_core.testing.contracts.halt_log import FIRST, SECOND, HaltLogContract, resume_of
from argo_core.testing.contracts.risk_memory import BarWindowContract, FlattenLogContract, WatchLogContract


@pytest.fixture
def halts(database: Database) -> SqlHaltLog:
    return SqlHaltLog(database)


@pytest.fixture
def flattens(database: Database) -> SqlHaltLog:
    return SqlHaltLog(database)


@pytest.fixture
def watch_log(database: Database) -> SqlWatchLog:
    return SqlWatchLog(database)


@pytest.fixture
def window(database: Database) -> SqlBarWindow:
    return SqlBarWindow(database)


class TestSqlHaltLog(HaltLogContract):
    pass


class TestSqlFlattenLog(FlattenLogContract):
    pass


class TestSqlWatchLog(WatchLogContract):
    pass


class TestSqlBarWindow(BarWindowContract):
    pass


async def test_a_halt_outlives_the_process_that_stored_it(database_url: str) -> None:
    first = await Database.open(database_url)
    await SqlHaltLog(first).halt(SECOND)
    await first.close()
    second = await Database.open(database_url)
    try:
        assert await SqlHaltLog(second).standing() == SECOND
        await SqlHaltLog(second).resume(resume_of(SECOND))
        await SqlHaltLog(second).halt(FIRST)
        assert await SqlHaltLog(second).standing() == FIRST
    finally:
        await second.close()
