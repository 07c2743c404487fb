"""A writer killed at random moments loses nothing that it acknowledged and leaves nothing half-written."""

from __future__ import annotations

import random
import select
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

PROGRAM = Path(__file__).with_name("append_until_killed.py")
SIGNALS_PER_CYCLE = 6

# Each answers with nothing in a sound log.
UNSOUND = {
    "cycle without all its decisions": """SELECT c.cycle_id FROM cycle_log AS c WHERE c.evaluated <>
        (SELECT count(*) FROM decision_log AS d WHERE d.cycle_id = c.cycle_id)""",
    "cycle without all its signals": """SELECT c.cycle_id FROM cycle_log AS c WHERE c.published <>
        (SELECT count(*) FROM signal_log AS s WHERE s.cycle_id = c.cycle_id)""",
    "signal without its message": """SELECT s.signal_id FROM signal_log AS s WHERE NOT EXISTS
        (SELECT 1 FROM outbox AS o WHERE o.key = s.signal_id)""",
    "message without its signal": """SELECT o.key FROM outbox AS o WHERE NOT EXISTS
        (SELECT 1 FROM signal_log AS s WHERE s.signal_id = o.key)""",
    "gap in the signals": "SELECT count(*) FROM signal_log HAVING count(*) <> coalesce(max(id), 0)",
    "gap in the decisions": "SELECT count(*) FROM decision_log HAVING count(*) <> coalesce(max(id), 0)",
}


def _run_and_kill(url: str, dice: random.Random) -> list[str]:
    """Start the writer, kill it at a random moment; the cycles that it acknowledged before it died."""
    command = [sys.executable, str(PROGRAM), url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stderr is not None
        assert select.select([writer.stdout], [], [], 30)[0], "the writer did not start"
        acknowledged = [writer.stdout.readline().strip() for _ in range(1 + dice.randrange(1, 12))]
        # Anywhere inside the next appends: between statements, inside the commit, between commit and answer.
        deadline = time.perf_counter() + dice.uniform(0, 0.004)
        while time.perf_counter() < deadline:
            pass
        writer.send_signal(signal.SIGKILL)
        acknowledged += writer.stdout.read().split()
        assert writer.wait(10) == -signal.SIGKILL, writer.stderr.read()
    assert acknowledged[0] == "ready"
    return [name for name in acknowledged[1:] if name]


def _require_sound_file(path: Path) -> list[str]:
    """The stored cycles, oldest first, of a file in which nothing is broken or half-written."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        for fault, query in UNSOUND.items():
            assert (fault, connection.execute(query).fetchall()) == (fault, [])
        return [row[0] for row in connection.execute("SELECT cycle_id FROM cycle_log ORDER BY id")]


def _kill_again_and_again(url: str, path: Path, kills: int, seed: int) -> None:
    dice, acknowledged = random.Random(seed), list[str]()
    for _ in range(kills):
        acknowledged += _run_and_kill(url, dice)
        stored = _require_sound_file(path)
        assert stored == [f"c{number}" for number in range(1, len(stored) + 1)]
        assert set(acknowledged) <= set(stored)
        assert len(acknowledged) == len(set(acknowledged))
        # At most one cycle per life was durable without its answer having been heard.
        assert len(stored) - len(acknowledged) <= kills
    assert len(acknowledged) >= kills


async def test_a_killed_writer_leaves_a_sound_file(database_file: Path) -> None:
    _kill_again_and_again(f"sqlite+aiosqlite:///{database_file}", database_file, kills=8, seed=20260302)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_fifty_killed_writers_leave_a_sound_file(database_file: Path) -> None:
    _kill_again_and_again(f"sqlite+aiosqlite:///{database_file}", database_file, kills=50, seed=7)


@pytest.mark.postgres
async def test_a_killed_writer_leaves_a_sound_server(upgraded_pg_url: str) -> None:
    dice, acknowledged = random.Random(41), list[str]()
    for _ in range(3):
        acknowledged += _run_and_kill(upgraded_pg_url, dice)
    connection = await asyncpg.connect(upgraded_pg_url.replace("+asyncpg", ""))
    try:
        # A backend whose client died may still be finishing; the writers' lock is free when it has.
        await connection.execute("SELECT pg_advisory_lock(1095911247)")
        for fault, query in UNSOUND.items():
            assert (fault, await connection.fetch(query)) == (fault, [])
        stored = [row["cycle_id"] for row in await connection.fetch("SELECT cycle_id FROM cycle_log ORDER BY id")]
    finally:
        await connection.close()
    assert stored == [f"c{number}" for number in range(1, len(stored) + 1)]
    assert set(acknowledged) <= set(stored)
