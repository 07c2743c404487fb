"""Real databases for the distributor's core. The producer's tests have their own; nothing is shared."""

from __future__ import annotations

import itertools
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from alpine_core.adapters.sql import Database, upgrade
from tests.alpine.core.places import MIGRATIONS
from tests.alpine.core.postgres import NoServer, postgres
from tests.alpine.core.redis_server import NoRedis, RedisServer, redis_server

_numbers = itertools.count()


@pytest.fixture(scope="session")
def pg_server() -> Iterator[str]:
    """URL of a PostgreSQL server, without a database's name. With CI=true a missing one fails, else it skips."""
    try:
        with postgres() as url:
            yield url
    except NoServer as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture
async def pg_url(pg_server: str) -> AsyncIterator[str]:
    """URL of an empty database of this test's own, dropped afterwards."""
    import asyncpg  # not at the top: where no database driver is installed, the other tests still run

    name = f"alpine_{os.getpid()}_{next(_numbers)}"
    connection = await asyncpg.connect(f"{pg_server.replace('+asyncpg', '')}/postgres")
    try:
        await connection.execute(f'create database "{name}" template template0')
        yield f"{pg_server}/{name}"
        await connection.execute(f'drop database "{name}" with (force)')
    finally:
        await connection.close()


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A running Redis of this module's own. With CI=true a missing one fails, else it skips."""
    try:
        with redis_server(tmp_path_factory.mktemp("redis")) as server:
            yield server
    except NoRedis as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """URL of a database that is not there yet."""
    return f"sqlite+aiosqlite:///{tmp_path / 'alpine.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """URL of an empty database: each test runs on SQLite and on PostgreSQL."""
    name = "sqlite_url" if request.param == "sqlite" else "pg_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open database with the newest schema and no rows."""
    await upgrade(database_url, MIGRATIONS)
    opened = await Database.open(database_url)
    yield opened
    await opened.close()
