"""The server that the tests start is a real one, of this run only, and each test gets an empty database."""

from __future__ import annotations

import asyncpg
import pytest

pytestmark = pytest.mark.postgres


async def test_a_fresh_database_is_empty_and_a_real_postgresql(pg_url: str) -> None:
    connection = await asyncpg.connect(pg_url.replace("+asyncpg", ""))
    try:
        assert (await connection.fetchval("select version()")).startswith("PostgreSQL ")
        assert await connection.fetchval("select count(*) from pg_tables where schemaname = 'public'") == 0
        await connection.execute("create table planted (id int)")
    finally:
        await connection.close()


async def test_another_test_sees_nothing_of_it(pg_url: str) -> None:
    connection = await asyncpg.connect(pg_url.replace("+asyncpg", ""))
    try:
        assert await connection.fetchval("select to_regclass('planted')") is None
    finally:
        await connection.close()
