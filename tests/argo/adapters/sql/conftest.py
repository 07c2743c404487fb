"""A fresh database per test, on SQLite (a file) and on the real PostgreSQL server that the tests start."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from argo_core.adapters.sql import (
    Database,
    SqlCosignatureStore,
    SqlDecisionReader,
    SqlExecutionReportStore,
    SqlLedgerReader,
    SqlLedgerStore,
    SqlOutbox,
    SqlSignalLog,
    SqlSignalReader,
)
from argo_core.adapters.sql.upgrade import upgrade
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_cycles import MOMENT

MIGRATIONS = Path(__file__).parents[4] / "migrations" / "argo"
FILE_NAME = "signals_unified.db"
_numbers = itertools.count()


@pytest.fixture
def migrations() -> Path:
    """The folder with the migrations."""
    return MIGRATIONS


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of a file that does not exist yet."""
    return f"sqlite+aiosqlite:///{tmp_path / FILE_NAME}"


@pytest.fixture
async def second_pg_url(pg_server: str) -> AsyncIterator[str]:
    """An empty database beside `pg_url`."""
    name = _fresh_name()
    await _administer(pg_server, f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield f"{pg_server}/{name}"
    await _administer(pg_server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def upgraded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded SQLite file, to be copied: cheaper than upgrading one per test."""
    path = tmp_path_factory.mktemp("upgraded") / FILE_NAME
    asyncio.run(upgrade(f"sqlite+aiosqlite:///{path}", MIGRATIONS))
    return path


@pytest.fixture(scope="session")
def upgraded_pg_name(pg_server: str) -> str:
    """An upgraded database on the server, to be copied."""
    name = _fresh_name()
    asyncio.run(_administer(pg_server, f'CREATE DATABASE "{name}" TEMPLATE template0'))
    asyncio.run(upgrade(f"{pg_server}/{name}", MIGRATIONS))
    return name


@pytest.fixture
def database_file(upgraded_file: Path, tmp_path: Path) -> Path:
    """The path of an upgraded SQLite database."""
    return Path(shutil.copy(upgraded_file, tmp_path))


@pytest.fixture
async def upgraded_pg_url(pg_server: str, upgraded_pg_name: str) -> AsyncIterator[str]:
    """The address of an upgraded PostgreSQL database."""
    name = _fresh_name()
    await _administer(pg_server, f'CREATE DATABASE "{name}" TEMPLATE "{upgraded_pg_name}"')
    yield f"{pg_server}/{name}"
    await _administer(pg_server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest) -> str:
    """The address of a database without a schema, on each of the two systems."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "pg_url"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an upgraded database, on each of the two systems."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{request.getfixturevalue('database_file')}"
    return str(request.getfixturevalue("upgraded_pg_url"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def log(database: Database) -> SqlSignalLog:
    return SqlSignalLog(database)


@pytest.fixture
def reader(database: Database) -> SqlSignalReader:
    return SqlSignalReader(database)


@pytest.fixture
def decisions(database: Database) -> SqlDecisionReader:
    return SqlDecisionReader(database)


@pytest.fixture
def outbox(database: Database) -> SqlOutbox:
    return SqlOutbox(database)


@pytest.fixture
def store(database: Database) -> SqlLedgerStore:
    return SqlLedgerStore(database)


@pytest.fixture
def ledgers(database: Database) -> SqlLedgerReader:
    return SqlLedgerReader(database)


@pytest.fixture
def cosignatures(database: Database) -> SqlCosignatureStore:
    return SqlCosignatureStore(database)


@pytest.fixture
def reports(database: Database) -> SqlExecutionReportStore:
    return SqlExecutionReportStore(database, FixedClock(MOMENT))


def _fresh_name() -> str:
    return f"argo_{os.getpid()}_{next(_numbers)}"


async def _administer(server: str, statement: str) -> None:
    connection = await asyncpg.connect(f"{server.replace('+asyncpg', '')}/postgres")
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
