"""A process that is killed at a random moment of its work loses nothing that it acknowledged, and doubles nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from alpine_core.adapters.sql import Database, SqlSignalShelf, upgrade
from alpine_core.model import Record
from alpine_core.verify import audit
from tests.alpine.core.places import MIGRATIONS, ROOT

PROGRAM = Path(__file__).with_name("ingest_until_killed.py")
START_SECONDS = 30.0
SLICE = 3
FULL = 50


def acknowledged_until_killed(url: str, first: int, delay: float) -> int:
    """Start the process, let it work for `delay` seconds from its first word on, kill it; its last word."""
    command = [sys.executable, str(PROGRAM), url, str(first)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        said = process.stdout.readline()
        assert said, process.stderr.read().decode()[-500:]
        deadline = time.monotonic() + delay
        while time.monotonic() < deadline:
            assert process.poll() is None
        os.kill(process.pid, signal.SIGKILL)
        return int((said + process.stdout.read()).split(b"\n")[-2])


async def records_of(url: str) -> list[Record]:
    database = await Database.open(url)
    shelf, found = SqlSignalShelf(database), list[Record]()
    while batch := await shelf.after(len(found), 500):
        found += batch
    await database.close()
    return found


async def kill_and_look(url: str, rounds: int, seed: int) -> None:
    await upgrade(url, MIGRATIONS)
    chance = random.Random(seed)
    acknowledged = 0
    for _ in range(rounds):
        acknowledged = acknowledged_until_killed(url, acknowledged + 1, chance.uniform(0.0, 0.15))
        records = await records_of(url)
        names = [record.stored.verified.fields.signal_id for record in records]
        # Everything acknowledged is there, once and in order; beyond it at most the one call that was under way.
        assert names == [f"s{number}" for number in range(1, len(names) + 1)]
        assert acknowledged <= len(names) <= acknowledged + 3
        assert [record.cursor for record in records] == list(range(1, len(names) + 1))
        assert [finding for record in records for finding in audit(record.stored)] == []


async def test_nothing_acknowledged_is_lost_and_nothing_doubled(database_url: str) -> None:
    await kill_and_look(database_url, SLICE, seed=20260302)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_fifty_kills_lose_and_double_nothing(sqlite_url: str) -> None:
    await kill_and_look(sqlite_url, FULL, seed=20260303)
