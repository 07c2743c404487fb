"""Real servers for a real browser."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.alpine.core.postgres import NoServer, postgres
from tests.alpine.core.redis_server import NoRedis, RedisServer, redis_server
from tests.e2e.alpine.alpine_process import AlpineFolder


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis of this module's own."""
    try:
        with redis_server(tmp_path_factory.mktemp("redis")) as server:
            yield server
    except NoRedis as missing:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(str(missing))


@pytest.fixture(scope="session")
def pg_server() -> Iterator[str]:
    """URL of a PostgreSQL server, without a database's name."""
    try:
        with postgres() as url:
            yield url
    except NoServer as missing:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(str(missing))


@pytest.fixture(scope="session", name="alpine")
def alpine_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AlpineFolder]:
    """A server with some signals, one of them ended, and prices."""
    folder = AlpineFolder(tmp_path_factory.mktemp("alpine"))
    folder.upgraded()
    folder.serve()
    try:
        folder.deliver_marks("AAPL", [170.0 + 0.5 * number for number in range(40)])
        for number, symbol in enumerate(["MSFT", "TSLA", "BTC-USD", "AAPL"]):
            folder.deliver(f"SIG-{number}", symbol=symbol, confidence=80.0 + 5 * number)
        folder.resolve("SIG-0")
        yield folder
    finally:
        folder.stop()
