"""What SQLite's write-ahead log becomes, beside the answers."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from alpine_core.adapters.sql import Database, SqlSignalStore, upgrade
from alpine_core.testing.samples import MOMENT, sample_verified
from tests.alpine.core.places import MIGRATIONS

SIGNALS = 300  # each is two rows: a batch of these is worth carrying over


async def test_a_large_batch_is_carried_over_into_the_database_without_a_further_call(
    sqlite_url: str, tmp_path: Path
) -> None:
    await upgrade(sqlite_url, MIGRATIONS)
    database = await Database.open(sqlite_url)
    try:
        await SqlSignalStore(database).store([sample_verified(f"s{number}") for number in range(SIGNALS)], MOMENT)
        async with asyncio.timeout(10):
            while stored_without_the_log(tmp_path / "alpine.db", tmp_path / "alone.db") < SIGNALS:
                await asyncio.sleep(0.01)
    finally:
        await database.close()


async def test_closing_at_once_after_a_large_batch_loses_nothing(sqlite_url: str, tmp_path: Path) -> None:
    await upgrade(sqlite_url, MIGRATIONS)
    database = await Database.open(sqlite_url)
    storing = asyncio.create_task(
        SqlSignalStore(database).store([sample_verified(f"s{number}") for number in range(SIGNALS)], MOMENT)
    )
    await asyncio.sleep(0)
    await database.close()
    assert len(await storing) == SIGNALS
    assert stored_without_the_log(tmp_path / "alpine.db", tmp_path / "alone.db") == SIGNALS


def stored_without_the_log(path: Path, copy: Path) -> int:
    """How many signals the database file holds by itself."""
    copy.write_bytes(path.read_bytes())
    connection = sqlite3.connect(copy)
    try:
        found: tuple[int] = connection.execute("SELECT count(*) FROM signals").fetchone()
        return found[0]
    except sqlite3.DatabaseError:  # copied while it was being written to
        return 0
    finally:
        connection.close()
