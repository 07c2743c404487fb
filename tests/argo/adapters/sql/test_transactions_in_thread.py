"""A transaction that cannot begin or cannot commit leaves the connection in its thread fit for the next one."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, OperationalError

from argo_core.adapters.sql.sqlite_transactions import SqliteTransactions

_TABLES = """
PRAGMA journal_mode=WAL;
CREATE TABLE account (id INTEGER PRIMARY KEY);
CREATE TABLE trade (account_id REFERENCES account(id) DEFERRABLE INITIALLY DEFERRED);
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "transactions.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(_TABLES)
    return path


@pytest.fixture
async def transactions(path: Path) -> AsyncIterator[SqliteTransactions]:
    opened = SqliteTransactions(str(path), ("foreign_keys=ON", "busy_timeout=50"), "writer", "BEGIN IMMEDIATE")
    yield opened
    await opened.close()


def _open_account(connection: Connection) -> None:
    connection.exec_driver_sql("INSERT INTO account VALUES (1)")


async def test_a_refused_commit_leaves_nothing(path: Path, transactions: SqliteTransactions) -> None:
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        await transactions.run(lambda connection: connection.exec_driver_sql("INSERT INTO trade VALUES (7)"))
    await transactions.run(_open_account)
    with closing(sqlite3.connect(path)) as reader:
        kept = reader.execute("SELECT (SELECT count(*) FROM account), (SELECT count(*) FROM trade)").fetchone()
    assert kept == (1, 0)


async def test_a_locked_database_refuses_one_transaction_only(path: Path, transactions: SqliteTransactions) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            await transactions.run(_open_account)
        other.execute("COMMIT")
        await transactions.run(_open_account)
        assert other.execute("SELECT count(*) FROM account").fetchone() == (1,)
