"""A real Redis for the whole run, one of its own for a test that kills it, and lines to both."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from argo_core.adapters.redis import RedisLine, open_redis
from tests.argo.adapters.redis.redis_server import NoServer, RedisServer, redis_server

_numbers = itertools.count()
# A server that is killed is noticed at once. One on a busy machine may be late, and is not gone for that.
PATIENT = 10.0


def _served() -> Iterator[RedisServer]:
    try:
        with redis_server() as server:
            yield server
    except NoServer as missing:
        if os.environ.get("CI") == "true":  # nothing is skipped there
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture(scope="session", name="shared_server")
def server_of_the_run() -> Iterator[RedisServer]:
    yield from _served()


@pytest.fixture(name="own_server")
def server_to_be_killed() -> Iterator[RedisServer]:
    yield from _served()


@pytest.fixture
def prefix() -> str:
    """A place of its own in the shared server, also for tests that run beside this one."""
    return f"t{os.getpid()}_{next(_numbers)}:"


@pytest.fixture
def said() -> list[str]:
    """What the line says to the operator."""
    return []


@pytest.fixture
async def line(shared_server: RedisServer, said: list[str]) -> AsyncIterator[RedisLine]:
    async with open_redis(shared_server.url, ticks=time.monotonic, say=said.append, answer_seconds=PATIENT) as opened:
        yield opened


@pytest.fixture(name="own_line")
async def line_to_the_killed(own_server: RedisServer, said: list[str]) -> AsyncIterator[RedisLine]:
    async with open_redis(
        own_server.url, ticks=time.monotonic, say=said.append, answer_seconds=PATIENT, retry_seconds=0.05
    ) as opened:
        yield opened
