"""Opening a database: what is refused, and which settings are in force."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection

from argo_core.adapters.sql import Database, SqlSignalLog, SqlSignalReader
from argo_core.adapters.sql.database import parse_url
from argo_core.errors import ConfigError, StoreError
from argo_core.model.query import SignalQuery
from argo_core.testing.sample_cycles import published_cycle, sample_cycle, sample_signal
from tests.argo.statements import run_statements

REFUSED_URLS = {
    "sqlite+aiosqlite:///:memory:": "name a file",
    "sqlite+aiosqlite:///file::memory:?cache=shared&uri=true": "name a file",
    "sqlite+aiosqlite:///file:x?mode=memory&uri=true": "name a file",
    "sqlite+aiosqlite://": "names no database",
    "postgresql+asyncpg://user@host": "names no database",
    "sqlite:///x.db": "database driver 'sqlite'",
    "postgresql://user@host/argo": "database driver 'postgresql'",
    "mysql+aiomysql://user@host/argo": "database driver",
    "not a url": "cannot be read",
    "": "cannot be read",
}


@pytest.mark.parametrize("url", REFUSED_URLS)
async def test_a_url_that_cannot_keep_rows_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match=REFUSED_URLS[url]):
        await Database.open(url)


def test_a_password_is_not_repeated_in_the_refusal() -> None:
    with pytest.raises(ConfigError) as refusal:
        parse_url("postgresql://user:hunter2@host/argo")
    assert "hunter2" not in str(refusal.value)


async def test_a_missing_file_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="run: argo db upgrade"):
        await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'nowhere.db'}")
    assert _names(tmp_path) == []


@pytest.mark.postgres
async def test_a_database_without_the_schema_names_the_command(pg_url: str) -> None:
    with pytest.raises(StoreError, match="run: argo db upgrade"):
        await Database.open(pg_url)


async def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("bought high, sold low\n" * 100)
    with pytest.raises(StoreError, match="opening the database failed") as refusal:
        await Database.open(f"sqlite+aiosqlite:///{path}")
    assert "\n" not in str(refusal.value)


async def test_a_server_that_is_not_there_is_one_line() -> None:
    with pytest.raises(StoreError, match="opening the database failed") as refusal:
        await Database.open("postgresql+asyncpg://postgres@127.0.0.1:1/argo")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(("found", "advice"), [("0000", "run: argo db upgrade"), ("9999", "install a newer argo")])
async def test_another_version_of_the_schema_is_refused(database_url: str, found: str, advice: str) -> None:
    database = await Database.open(database_url)
    await run_statements(
        database,
        f"UPDATE alembic_version SET version_num = '{found}'",
        "CREATE TABLE schema_floor (version_num VARCHAR(32) NOT NULL)",
        f"INSERT INTO schema_floor VALUES ('{found}')",
    )
    await database.close()
    with pytest.raises(StoreError, match=advice):
        await Database.open(database_url)


async def test_a_newer_schema_that_only_adds_is_worked_on_so_that_a_release_can_be_rolled_back(
    database_url: str,
) -> None:
    database = await Database.open(database_url)
    await run_statements(
        database,
        "UPDATE alembic_version SET version_num = '9999'",
        "ALTER TABLE signal_log ADD COLUMN of_a_later_release TEXT",
        "CREATE TABLE of_a_later_release (name TEXT PRIMARY KEY)",
    )
    await database.close()
    older = await Database.open(database_url)
    await SqlSignalLog(older).append(published_cycle("older-c1", ["AAPL"]))
    assert len((await SqlSignalReader(older).signals(SignalQuery())).items) == 1
    await older.close()


async def test_every_commit_reaches_the_disk(database: Database) -> None:
    if database.dialect == "postgresql":
        assert await _setting(database, "SHOW synchronous_commit") == "on"
        return
    assert await _setting(database, "PRAGMA journal_mode") == "wal"
    assert await _setting(database, "PRAGMA synchronous") == 2  # FULL
    assert await _setting(database, "PRAGMA foreign_keys") == 1
    assert await _setting(database, "PRAGMA busy_timeout") == 5000


async def test_writers_wait_for_each_other(database_url: str) -> None:
    opened = [await Database.open(database_url) for _ in range(3)]
    cycles = [
        SqlSignalLog(database).append(published_cycle(f"w{writer}-c{number}", ["AAPL", "NVDA"]))
        for number in range(8)
        for writer, database in enumerate(opened)
    ]
    receipts = await asyncio.gather(*cycles)
    assert sorted(index for receipt in receipts for index in receipt.indices) == list(range(1, 49))
    for database in opened:
        await database.close()


async def test_figures_out_of_range_are_refused_by_the_tables_too(log: SqlSignalLog, reader: SqlSignalReader) -> None:
    sealed = sample_signal("s1")
    for change in ({"entry_price": -1.0}, {"stop_price": 0.0}, {"confidence": 100.5}, {"confidence": -0.5}):
        wrong = msgspec.structs.replace(sealed, signal=msgspec.structs.replace(sealed.signal, **change))
        with pytest.raises(StoreError, match="appending cycle c1 failed"):
            await log.append(sample_cycle("c1", signals=[wrong]))
    assert (await reader.signals(SignalQuery())).items == ()


async def _setting(database: Database, question: str) -> object:
    async with database.reading() as connection:
        return (await connection.exec_driver_sql(question)).scalar_one()


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_a_caller_who_leaves_keeps_nobody_else_from_writing(database: Database) -> None:
    under_way, may_end = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
        under_way.set()
        may_end.wait(20)

    leaving = asyncio.create_task(database.write(slow))
    if database.dialect == "sqlite":
        await asyncio.to_thread(under_way.wait, 20)
        leaving.cancel()
        may_end.set()
    else:
        may_end.set()
        leaving.cancel()
    await asyncio.wait([leaving], timeout=20)
    async with asyncio.timeout(4):
        await run_statements(database, "UPDATE alembic_version SET version_num = version_num")


async def test_work_that_raises_leaves_nothing(database: Database) -> None:
    def work(connection: Connection) -> None:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'lost'")
        raise StoreError("thought better of it")

    with pytest.raises(StoreError, match="thought better of it"):
        await database.write(work)
    assert (
        await database.read(lambda c: c.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()) != "lost"
    )
