"""Fixtures of the producer's tests: real databases. The distributor's tests have their own; nothing is shared."""

from __future__ import annotations

import itertools
import os
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import settings

from tests.argo.postgres_server import NoServer, postgres_server

_numbers = itertools.count()

# How many cases a property is tried on: `make test` a slice, `make test-long` and `make soak` many.
settings.register_profile("slice", max_examples=100, deadline=None)
settings.register_profile("full", max_examples=2000, deadline=None)
settings.load_profile("slice" if os.environ.get("TEST_COUNTS", "slice") == "slice" else "full")


@pytest.fixture(scope="session")
def pg_server() -> Iterator[str]:
    """URL of a PostgreSQL server without a database name. Where CI=true a missing server fails: nothing is skipped."""
    try:
        with postgres_server() as url:
            yield url
    except NoServer as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture
async def pg_url(pg_server: str) -> AsyncIterator[str]:
    """URL `postgresql+asyncpg://…/name` of an empty database of its own for one test, dropped afterwards."""
    import asyncpg  # not at the top: the lane with the lowest versions has no database driver

    name = f"t{os.getpid()}_{next(_numbers)}"
    connection = await asyncpg.connect(f"{pg_server.replace('+asyncpg', '')}/postgres")
    try:
        await connection.execute(f'create database "{name}" template template0')
        yield f"{pg_server}/{name}"
        await connection.execute(f'drop database "{name}" with (force)')
    finally:
        await connection.close()
