"""Bringing a database to the newest schema: from nothing, again, and over what must not be touched."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from argo_core.adapters.sql import Database, SqlSignalLog, SqlSignalReader
from argo_core.adapters.sql.upgrade import UpgradeReport, upgrade
from argo_core.errors import ConfigError, StoreError
from argo_core.model.query import SignalQuery
from argo_core.testing.sample_cycles import published_cycle
from tests.argo.statements import run_statements


async def test_a_fresh_database_comes_to_the_newest_revision(empty_url: str, migrations: Path) -> None:
    assert await upgrade(empty_url, migrations) == UpgradeReport(before=None, after="0013")


async def test_upgrading_again_changes_nothing_and_keeps_every_row(empty_url: str, migrations: Path) -> None:
    await upgrade(empty_url, migrations)
    await _append(empty_url, "c1")
    assert await upgrade(empty_url, migrations) == UpgradeReport(before="0013", after="0013")
    await _append(empty_url, "c2")
    assert await _signal_ids(empty_url) == ["c2-s1", "c2-s0", "c1-s1", "c1-s0"]


async def test_the_folder_of_a_new_file_is_made(tmp_path: Path, migrations: Path) -> None:
    path = tmp_path / "var" / "data" / "signals_unified.db"
    await upgrade(f"sqlite+aiosqlite:///{path}", migrations)
    assert path.is_file()


async def test_a_database_of_the_earlier_shape_is_left_alone(tmp_path: Path, migrations: Path) -> None:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE signals (id INTEGER PRIMARY KEY, signal_id TEXT)")
    with pytest.raises(StoreError, match="run: argo db unify"):
        await upgrade(f"sqlite+aiosqlite:///{path}", migrations)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("signals",)]


async def test_a_failing_upgrade_leaves_the_database_as_it_was(empty_url: str, tmp_path: Path) -> None:
    broken = _broken_migrations(tmp_path)
    with pytest.raises(StoreError, match="upgrading the database failed"):
        await upgrade(empty_url, broken)
    with pytest.raises(StoreError, match="no schema yet"):
        await Database.open(empty_url)


async def test_a_database_of_a_later_program_is_refused(database_url: str, migrations: Path) -> None:
    await _stamp(database_url, "9999")
    with pytest.raises(StoreError, match="install a newer argo"):
        await upgrade(database_url, migrations)


async def test_a_database_in_memory_is_refused(migrations: Path) -> None:
    with pytest.raises(ConfigError, match="name a file"):
        await upgrade("sqlite+aiosqlite:///:memory:", migrations)


async def test_the_alembic_command_upgrades_by_url_alone(tmp_path: Path, migrations: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'by_command.db'}"
    done = _alembic(tmp_path, migrations, "-x", f"url={url}", "upgrade", "head")
    assert done.returncode == 0, done.stderr
    await _append(url, "c1")


def test_there_is_no_way_back_to_an_earlier_schema(tmp_path: Path, migrations: Path) -> None:
    path = tmp_path / "kept.db"
    url = f"url=sqlite+aiosqlite:///{path}"
    assert _alembic(tmp_path, migrations, "-x", url, "upgrade", "head").returncode == 0
    done = _alembic(tmp_path, migrations, "-x", url, "downgrade", "0005")
    assert done.returncode != 0
    assert "restore a backup instead of downgrading" in done.stderr
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0013",)]
        assert connection.execute("SELECT count(*) FROM realised_seal").fetchall() == [(0,)]


def test_the_alembic_command_without_a_url_says_what_to_name(tmp_path: Path, migrations: Path) -> None:
    done = _alembic(tmp_path, migrations, "upgrade", "head")
    assert done.returncode != 0
    assert "name the database" in done.stdout + done.stderr


def test_the_sql_of_an_upgrade_can_be_printed_for_review(tmp_path: Path, migrations: Path) -> None:
    done = _alembic(tmp_path, migrations, "-x", "url=postgresql+asyncpg://localhost/argo", "upgrade", "head", "--sql")
    assert done.returncode == 0, done.stderr
    assert "CREATE TABLE signal_log" in done.stdout


def _alembic(folder: Path, migrations: Path, *words: str) -> subprocess.CompletedProcess[str]:
    ini = folder / "alembic.ini"
    ini.write_text(f"[alembic]\nscript_location = {migrations}\npath_separator = os\n")
    command = [sys.executable, "-m", "alembic", "-c", str(ini), *words]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def _broken_migrations(folder: Path) -> Path:
    """Migrations whose only revision fails after it has made a table."""
    versions = folder / "broken" / "versions"
    versions.mkdir(parents=True)
    (folder / "broken" / "env.py").write_text(
        "from alembic import context\n"
        "context.configure(connection=context.config.attributes['connection'])\n"
        "with context.begin_transaction():\n    context.run_migrations()\n"
    )
    (versions / "0001_broken.py").write_text(
        "from alembic import op\nrevision = '0001'\ndown_revision = None\n"
        "def upgrade():\n    op.execute('CREATE TABLE half (id INTEGER)')\n    op.execute('CREATE NONSENSE')\n"
    )
    return folder / "broken"


async def _stamp(url: str, revision: str) -> None:
    database = await Database.open(url)
    await run_statements(database, f"UPDATE alembic_version SET version_num = '{revision}'")
    await database.close()


async def _append(url: str, cycle_id: str) -> None:
    database = await Database.open(url)
    await SqlSignalLog(database).append(published_cycle(cycle_id, ["AAPL", "NVDA"]))
    await database.close()


async def _signal_ids(url: str) -> list[str]:
    database = await Database.open(url)
    page = await SqlSignalReader(database).signals(SignalQuery())
    await database.close()
    return [logged.sealed.signal.signal_id for logged in page.items]
