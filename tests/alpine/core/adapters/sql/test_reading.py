"""Readings that are written once answer as often as they are asked, by whichever driver."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Integer, bindparam, select

from alpine_core.adapters.sql import Database, SqlSignalShelf, SqlSignalStore
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.tables import RECORDS
from alpine_core.errors import StoreError
from alpine_core.testing.samples import MOMENT, sample_verified

BEYOND = Reading(
    select(RECORDS.c.cursor, RECORDS.c.name.label("called"))
    .where(RECORDS.c.cursor > bindparam("beyond"))
    .order_by(RECORDS.c.cursor)
    .limit(bindparam("most", type_=Integer))
)


async def fill(database: Database, count: int) -> None:
    await SqlSignalStore(database).store([sample_verified(f"s{number}") for number in range(1, count + 1)], MOMENT)


async def test_rows_have_the_columns_as_attributes(database: Database) -> None:
    await fill(database, 3)
    rows = await database.read(BEYOND, beyond=1, most=5)
    assert [(row.cursor, row.called) for row in rows] == [(2, "s2"), (3, "s3")]


async def test_many_sets_of_parameters_are_answered_in_their_order(database: Database) -> None:
    await fill(database, 3)
    found = await database.read_each(BEYOND, [{"beyond": at, "most": 1} for at in (2, 0, 9)])
    assert [[row.called for row in rows] for rows in found] == [["s3"], ["s1"], []]
    assert await database.read_each(BEYOND, []) == []


async def test_more_questions_at_once_than_connections_are_all_answered(database: Database) -> None:
    await fill(database, 3)
    found = await asyncio.gather(*(database.read(BEYOND, beyond=at % 3, most=1) for at in range(60)))
    assert [rows[0].called for rows in found] == ["s1", "s2", "s3"] * 20


async def test_what_has_been_stored_is_read_at_once_on_every_connection(database: Database) -> None:
    store, shelf = SqlSignalStore(database), SqlSignalShelf(database)
    for number in range(1, 21):
        await store.store([sample_verified(f"s{number}")], MOMENT)
        assert await asyncio.gather(*(shelf.newest_cursor() for _ in range(8))) == [number] * 8


async def test_a_database_that_is_no_longer_one_is_a_store_error(sqlite_url: str, tmp_path: Path) -> None:
    from alpine_core.adapters.sql import upgrade
    from tests.alpine.core.places import MIGRATIONS

    await upgrade(sqlite_url, MIGRATIONS)
    database = await Database.open(sqlite_url)
    (tmp_path / "alpine.db").write_bytes(b"no database at all" * 100)
    try:
        with pytest.raises(StoreError, match="check the database"):
            await database.read(BEYOND, beyond=0, most=1)
    finally:
        await database.close()
