"""What is recorded is not changed, removed, replaced or put out of order, whatever the statement."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from alpine_core.adapters.sql import Database, SqlSignalShelf, SqlSignalStore, upgrade
from alpine_core.model import Alarm, AlarmKind
from alpine_core.testing.samples import MOMENT, sample_outcome, sample_series, sample_verified
from tests.alpine.core.places import MIGRATIONS

REFUSED = re.compile("only grows|is not the next one")
NUMBER = {"records": "cursor", "signals": "cursor", "outcomes": "cursor", "marks": "id", "alarms": "id"}
CHANGED = {
    "records": "recorded_at",
    "signals": "symbol",
    "outcomes": "outcome",
    "marks": "symbol",
    "alarms": "subject",
}


async def fill(database: Database) -> None:
    store = SqlSignalStore(database)
    await store.store([sample_verified("a")], MOMENT)
    await store.store_outcomes([sample_outcome("a")], MOMENT)
    await store.store_marks([sample_series(count=1)], MOMENT)
    alarm = Alarm(kind=AlarmKind.AUDIT_FINDING, subject="a", stored="x", offered="y", evidence=b"", raised_at=MOMENT)
    await store.raise_alarm(alarm)


async def refused(url: str, statement: str) -> str:
    """What the database says to one statement of somebody who bypasses the program."""
    engine = create_async_engine(url)
    try:
        with pytest.raises(DBAPIError) as found:
            async with engine.begin() as connection:
                await connection.execute(text(statement))
    finally:
        await engine.dispose()
    return str(found.value.orig)


@pytest.mark.parametrize("table", NUMBER)
async def test_rows_are_neither_changed_nor_removed(database: Database, database_url: str, table: str) -> None:
    await fill(database)
    for statement in (f"UPDATE {table} SET {CHANGED[table]} = 'win'", f"DELETE FROM {table}"):
        assert "only grows" in await refused(database_url, statement)
    assert (await SqlSignalShelf(database).newest_cursor()) == 2


@pytest.mark.parametrize("table", NUMBER)
async def test_rows_are_not_replaced_on_sqlite(sqlite_url: str, table: str) -> None:
    await upgrade(sqlite_url, MIGRATIONS)
    database = await Database.open(sqlite_url)
    await fill(database)
    number = NUMBER[table]
    for statement in (
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE {number} > 0",
        f"INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT DO UPDATE SET {CHANGED[table]} = 'loss'",
    ):
        assert REFUSED.search(await refused(sqlite_url, statement))
    await database.close()


@pytest.mark.postgres
@pytest.mark.parametrize("table", NUMBER)
async def test_rows_are_neither_truncated_nor_upserted_on_postgresql(pg_url: str, table: str) -> None:
    await upgrade(pg_url, MIGRATIONS)
    database = await Database.open(pg_url)
    await fill(database)
    number = NUMBER[table]
    for statement in (
        f"TRUNCATE {table} CASCADE",
        f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({number}) DO UPDATE SET {CHANGED[table]} = 'loss'",
    ):
        assert REFUSED.search(await refused(pg_url, statement))
    await database.close()


@pytest.mark.parametrize(
    ("table", "columns", "values"),
    [
        ("records", "cursor, kind, name, recorded_at", "9, 'signal', 'z', 'x'"),
        ("records", "cursor, kind, name, recorded_at", "0, 'signal', 'z', 'x'"),
        (
            "marks",
            'id, symbol, timeframe, start, "open", high, low, "close", volume, origin, recorded_at',
            "5, 'X', '1d', 'x', 1, 1, 1, 1, 1, 'o', 'x'",
        ),
    ],
)
async def test_places_have_no_gap(database: Database, database_url: str, table: str, columns: str, values: str) -> None:
    await fill(database)
    assert "is not the next one" in await refused(database_url, f"INSERT INTO {table} ({columns}) VALUES ({values})")
