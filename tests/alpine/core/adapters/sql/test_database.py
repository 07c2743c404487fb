"""Opening, upgrading, failing: what an operator meets."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from alpine_core.adapters.sql import Database, SqlRealisedShelf, SqlSignalShelf, SqlSignalStore, upgrade
from alpine_core.adapters.sql.address import parse_url
from alpine_core.adapters.sql.schema import REVISION
from alpine_core.adapters.sql.tables import METADATA
from alpine_core.errors import OperatorError, StoreError
from alpine_core.model import PlacedRealised
from alpine_core.testing.samples import MOMENT, sample_trade, sample_verified
from tests.alpine.core.places import MIGRATIONS


@pytest.mark.parametrize(
    "url",
    ["", "x", "sqlite:///a.db", "mysql://a/b", "sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:"],
)
def test_an_address_that_keeps_nothing_is_the_operators_error(url: str) -> None:
    with pytest.raises(OperatorError):
        parse_url(url)


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_a_database_that_is_not_there_is_not_made_by_opening_it(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="alpine db upgrade"):
        await Database.open(sqlite_url)
    assert names_in(tmp_path) == []


async def test_a_database_without_schema_or_with_a_newer_one_is_not_opened(sqlite_url: str, tmp_path: Path) -> None:
    path = tmp_path / "alpine.db"
    empty = sqlite3.connect(path)
    empty.execute("PRAGMA journal_mode=WAL")
    empty.close()
    with pytest.raises(StoreError, match="is missing"):
        await Database.open(sqlite_url)
    await upgrade(sqlite_url, MIGRATIONS)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    older = await Database.open(sqlite_url)  # nothing was taken away: the former release can be gone back to
    await SqlSignalStore(older).store([sample_verified("a")], MOMENT)
    await older.close()
    connection.execute("CREATE TABLE schema_floor (version_num TEXT NOT NULL)")
    connection.execute("INSERT INTO schema_floor VALUES ('9999')")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="newer"):
        await Database.open(sqlite_url)
    with pytest.raises(StoreError, match="cannot be upgraded"):
        await upgrade(sqlite_url, MIGRATIONS)


async def test_an_upgrade_again_changes_nothing_and_keeps_every_row(database_url: str) -> None:
    assert (await upgrade(database_url, MIGRATIONS)).before is None
    database = await Database.open(database_url)
    await SqlSignalStore(database).store([sample_verified("a")], MOMENT)
    await database.close()
    again = await upgrade(database_url, MIGRATIONS)
    assert (again.before, again.after) == (REVISION, REVISION)
    database = await Database.open(database_url)
    assert await SqlSignalShelf(database).newest_cursor() == 1
    await database.close()


async def test_a_database_of_the_version_before_keeps_every_row(database_url: str, tmp_path: Path) -> None:
    done = await asyncio.to_thread(alembic, tmp_path, database_url, "upgrade", "0002")
    assert done.returncode == 0, done.stderr
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO repins (id, origin, reason, decided_at, last_alarm) VALUES (1, 'o', 'r', 'x', 0)"
        )
    await engine.dispose()
    report = await upgrade(database_url, MIGRATIONS)
    assert (report.before, report.after) == ("0002", REVISION)
    engine = create_async_engine(database_url)
    async with engine.connect() as connection:
        kept = (await connection.exec_driver_sql("SELECT origin, reason FROM repins")).all()
        assert [tuple(row) for row in kept] == [("o", "r")]
        assert (await connection.exec_driver_sql("SELECT count(*) FROM realised")).scalar_one() == 0
    await engine.dispose()


async def test_there_is_no_way_back_to_the_version_before(database_url: str, tmp_path: Path) -> None:
    await upgrade(database_url, MIGRATIONS)
    done = await asyncio.to_thread(alembic, tmp_path, database_url, "downgrade", "0002")
    assert done.returncode != 0
    assert "restore a backup instead of downgrading" in done.stderr
    database = await Database.open(database_url)
    await SqlSignalStore(database).store([sample_verified("a")], MOMENT)
    bare = PlacedRealised(sample_trade("a"), None)
    (receipt,) = await SqlRealisedShelf(database).store([bare], MOMENT)
    assert receipt.status.value == "accepted"
    await database.close()


def alembic(folder: Path, url: str, *words: str) -> subprocess.CompletedProcess[str]:
    ini = folder / "alembic.ini"
    ini.write_text(f"[alembic]\nscript_location = {MIGRATIONS}\npath_separator = os\n")
    command = [sys.executable, "-m", "alembic", "-c", str(ini), "-x", f"url={url}", *words]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    found: list[object] = compare_metadata(context, METADATA)
    return found


async def test_the_migrations_make_the_tables_that_the_program_reads(database_url: str) -> None:
    await upgrade(database_url, MIGRATIONS)
    engine = create_async_engine(database_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_sqlite_waits_for_the_disk_at_every_commit(sqlite_url: str) -> None:
    await upgrade(sqlite_url, MIGRATIONS)
    database = await Database.open(sqlite_url)
    await SqlSignalStore(database).store([sample_verified("a")], MOMENT)
    writer = database._sqlite
    assert writer is not None
    loop = asyncio.get_running_loop()

    def pragmas() -> tuple[str, int, int]:
        run = writer._opened().execute
        return (
            run("PRAGMA journal_mode").fetchone()[0],
            run("PRAGMA synchronous").fetchone()[0],
            run("PRAGMA foreign_keys").fetchone()[0],
        )

    assert await loop.run_in_executor(writer._thread, pragmas) == ("wal", 2, 1)
    await database.close()


async def test_a_failing_store_is_one_line_and_leaves_nothing(database: Database) -> None:
    broken = [sample_verified("a"), sample_verified("b")]
    store = SqlSignalStore(database)

    def plan(_answers: object) -> object:
        raise OperatorError("no")

    with pytest.raises(OperatorError):
        await database.transact("testing", [], plan)  # type: ignore[arg-type]
    await store.store(broken, MOMENT)
    assert await SqlSignalShelf(database).newest_cursor() == 2


async def test_two_programs_on_one_database_share_one_sequence(database_url: str) -> None:
    await upgrade(database_url, MIGRATIONS)
    databases = [await Database.open(database_url) for _ in range(2)]
    stores = [SqlSignalStore(database) for database in databases]
    await asyncio.gather(*(stores[number % 2].store([sample_verified(f"s{number}")], MOMENT) for number in range(20)))
    records = await SqlSignalShelf(databases[0]).after(0, 100)
    assert [record.cursor for record in records] == list(range(1, 21))
    for database in databases:
        await database.close()


@pytest.mark.postgres
async def test_a_server_that_is_gone_is_a_store_error(pg_server: str) -> None:
    with pytest.raises(StoreError, match="check the database"):
        await Database.open(f"{pg_server}/there_is_no_such_database")
