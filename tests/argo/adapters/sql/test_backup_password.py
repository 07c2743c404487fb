"""PostgreSQL's programs ask a server that wants a password, and get in with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import make_url

from argo_core.adapters.backups import BackupFolder, ScratchTrial
from argo_core.errors import StoreError
from argo_core.model.restored_database import CheckedBackup
from argo_core.testing.contracts.backups import AT, NAME
from tests.argo.adapters.sql.test_backups import restorer, write

PASSWORD = "s3/cr@t: %41"


@pytest.fixture
async def locked_url(upgraded_pg_url: str) -> AsyncIterator[str]:
    """The address of `upgraded_pg_url` for a user with a password, and no character of that may be taken as written."""
    connection = await asyncpg.connect(upgraded_pg_url.replace("+asyncpg", ""))
    rules = str(await connection.fetchval("SELECT pg_read_file(current_setting('hba_file'))"))
    rule = "host all locked 127.0.0.1/32 scram-sha-256"
    try:
        await connection.execute(f"CREATE ROLE locked SUPERUSER LOGIN PASSWORD '{PASSWORD}'")
        await _write_rules(connection, f"{rule}\n{rules}")
        yield make_url(upgraded_pg_url).set(username="locked", password=PASSWORD).render_as_string(hide_password=False)
    finally:
        await _write_rules(connection, rules)
        await connection.execute("DROP ROLE locked")
        await connection.close()


async def _write_rules(connection: asyncpg.Connection, rules: str) -> None:
    """A server reads them anew; only it may write where they lie."""
    place = await connection.fetchval("SELECT current_setting('hba_file')")
    lines = ", ".join("'" + line.replace("'", "''") + "'" for line in rules.splitlines() if line and line[0] != "#")
    await connection.execute(f"COPY (SELECT unnest(ARRAY[{lines}])) TO '{place}'")
    await connection.execute("SELECT pg_reload_conf()")


@pytest.mark.postgres
async def test_a_password_reaches_postgresqls_programs(locked_url: str, tmp_path: Path) -> None:
    await write(locked_url, 0, 1)
    shelf = BackupFolder(tmp_path, locked_url)
    await shelf.take(AT)
    assert await ScratchTrial(shelf.folder, locked_url, restorer()).check(NAME) == CheckedBackup()
    wrong = make_url(locked_url).set(password="s3cret").render_as_string(hide_password=False)
    with pytest.raises(StoreError) as refused:
        await BackupFolder(tmp_path, wrong).take(AT + timedelta(days=1))
    assert "s3cret" not in str(refused.value)
