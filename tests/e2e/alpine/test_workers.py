"""Several workers as real processes: what one takes reaches the readers of all, and who dies takes nothing along."""

from __future__ import annotations

import asyncio
import http.client
import itertools
import json
import os
import signal
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.alpine.core.redis_server import RedisServer
from tests.e2e.alpine.alpine_process import AlpineFolder
from tests.e2e.alpine.stream_reader import StreamReader, signed_in, until

pytestmark = pytest.mark.postgres
_numbers = itertools.count()


class Shared(AlpineFolder):
    """Over a PostgreSQL database that others may share; what is delivered is sent again until somebody answers."""

    def __init__(self, folder: Path, database: str, redis_url: str | None, keys: Path) -> None:
        folder.mkdir(exist_ok=True)
        super().__init__(folder)
        self.environment |= {"ALPINE_DATABASE_URL": database, "ALPINE_SECRET_KEY": "c" * 64}
        self.environment |= {"ALPINE_KEY_DIR": str(keys)}
        if redis_url is not None:
            self.environment["REDIS_URL"] = redis_url

    def deliver_each(self, signal_ids: list[str]) -> None:
        for signal_id in signal_ids:
            self.deliver(signal_id)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        deadline = time.monotonic() + 20
        while True:
            try:
                return super().post(path, body)
            except urllib.error.HTTPError:
                raise
            except (OSError, http.client.HTTPException):
                assert time.monotonic() < deadline
                time.sleep(0.05)


@pytest.fixture
def database(pg_server: str) -> Iterator[str]:
    """URL of a database with nothing in it."""
    name = f"alpine_workers_{os.getpid()}_{next(_numbers)}"

    async def run(statement: str) -> None:
        connection = await asyncpg.connect(f"{pg_server.replace('+asyncpg', '')}/postgres")
        await connection.execute(statement)
        await connection.close()

    asyncio.run(run(f'create database "{name}" template template0'))
    yield f"{pg_server}/{name}"
    asyncio.run(run(f'drop database "{name}" with (force)'))


def names(count: int) -> list[str]:
    return [f"SIG-{number}" for number in range(count)]


def replaced(alpine: Shared, worker: int) -> bool:
    return worker not in alpine.workers and len(alpine.workers) == 2


@pytest.mark.parametrize("channel", ["redis", "postgresql"])
def test_what_one_worker_takes_reaches_all_in_order_though_redis_and_a_worker_are_killed(
    channel: str, database: str, redis: RedisServer, tmp_path: Path
) -> None:
    url = redis.url if channel == "redis" else None
    one, two = (Shared(tmp_path / name, database, url, tmp_path / "keys") for name in ("one", "two"))
    assert one.run("db", "upgrade").returncode == 0
    one.serve()
    two.serve()
    cookie, here, there = signed_in(one.url), one.url, two.url
    readers = [StreamReader(pair, cookie) for pair in ([here, there], [there, here]) * 3]
    until(lambda: all(each.connected for each in readers))
    for number, name in enumerate(names(4)):
        one.url = (here, there)[number % 2]  # the provider is one; which worker it meets is chance
        one.deliver(name)
    until(lambda: all(each.seen == names(4) for each in readers))
    redis.kill()
    one.deliver("SIG-4")
    redis.start()
    one.url = here
    delivering = threading.Thread(target=one.deliver_each, args=(names(12)[5:],))
    delivering.start()
    two.kill()
    delivering.join(60)
    until(lambda: all(len(each.seen) >= 12 for each in readers))
    assert [each.seen for each in readers] == [names(12)] * 6
    assert one.stop() == 0
    until(lambda: all(each.ends == ["again"] for each in readers))
    for each in readers:
        each.stop()


def test_workers_that_share_an_address_are_started_again_and_drain_together(
    database: str, redis: RedisServer, tmp_path: Path
) -> None:
    alpine = Shared(tmp_path / "crew", database, redis.url, tmp_path / "keys")
    assert alpine.run("db", "upgrade").returncode == 0
    alpine.serve("--workers", "2")
    until(lambda: len(alpine.workers) == 2)
    cookie = signed_in(alpine.url)
    readers = [StreamReader([alpine.url], cookie) for _ in range(6)]
    until(lambda: all(each.connected for each in readers))
    first = alpine.workers
    for place, worker in enumerate(first):
        delivering = threading.Thread(target=alpine.deliver_each, args=(names(8)[4 * place : 4 * place + 4],))
        delivering.start()
        os.kill(worker, signal.SIGKILL)
        delivering.join(60)
        until(partial(replaced, alpine, worker))
    assert not set(first) & set(alpine.workers)
    until(lambda: all(len(each.seen) >= 8 for each in readers))
    assert [each.seen for each in readers] == [names(8)] * 6
    assert alpine.stop() == 0
    until(lambda: all(each.ends == ["again"] for each in readers))
    for each in readers:
        each.stop()


def sums(alpine: Shared) -> tuple[float, float]:
    """How many deliveries were accepted and answered 201, by whichever worker answers."""
    found = dict.fromkeys(("alpine_deliveries_total", "alpine_http_requests_total"), 0.0)
    with urllib.request.urlopen(f"{alpine.url}/metrics", timeout=10) as answer:
        for line in answer.read().decode().splitlines():
            name, _, labels = line.partition("{")
            wanted = 'status="201"' in labels or ('status="accepted"' in labels and "checkpoint" not in labels)
            if name in found and wanted:
                found[name] += float(line.rpartition(" ")[2])
    return found["alpine_deliveries_total"], found["alpine_http_requests_total"]


def test_every_worker_tells_the_counts_of_all_and_none_falls_though_one_is_killed(
    database: str, tmp_path: Path
) -> None:
    alpine = Shared(tmp_path / "crew", database, None, tmp_path / "keys")
    assert alpine.run("db", "upgrade").returncode == 0
    alpine.serve("--workers", "2")
    until(lambda: len(alpine.workers) == 2)
    alpine.deliver_each(names(12))
    seen = [(0.0, 0.0)]

    def all_told() -> bool:
        seen.append(sums(alpine))
        return seen[-1] == (12.0, 12.0)

    until(all_told)
    answers = [sums(alpine) for _ in range(30)]
    assert set(answers) == {(12.0, 12.0)}
    first = alpine.workers[0]
    os.kill(first, signal.SIGKILL)
    until(partial(replaced, alpine, first))
    until(lambda: all(sums(alpine) == (12.0, 12.0) for _ in range(5)))
    assert seen == sorted(seen)
    assert alpine.stop() == 0


def test_workers_end_when_the_process_that_started_them_is_killed(database: str, tmp_path: Path) -> None:
    alpine = Shared(tmp_path / "crew", database, None, tmp_path / "keys")
    assert alpine.run("db", "upgrade").returncode == 0
    alpine.serve("--workers", "2")
    until(lambda: len(alpine.workers) == 2)
    workers = alpine.workers
    alpine.kill()
    until(lambda: not any(Path(f"/proc/{number}").exists() for number in workers))


def test_a_crew_whose_first_worker_cannot_start_ends_with_one_line(database: str, tmp_path: Path) -> None:
    alpine = Shared(tmp_path / "crew", database, None, tmp_path / "keys")
    done = alpine.run("serve", "--workers", "2")  # nobody has made the schema
    assert done.returncode == 1
    why, error = done.stderr.splitlines()
    assert error == "Error: no worker could start: the line before says why"
    assert "alpine db upgrade" in json.loads(why)["error"]
