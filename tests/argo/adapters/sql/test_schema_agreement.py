"""The frozen migrations and the tables of the code describe one and the same schema, on both databases."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from argo_core.adapters.sql.database import create_engine, parse_url
from argo_core.adapters.sql.parity_table import METADATA
from argo_core.adapters.sql.schema import REVISION, create_schema
from argo_core.adapters.sql.upgrade import upgrade

SQLITE_PARTS = {
    "columns": """SELECT m.name, x.name, x.type, x."notnull", x.dflt_value, x.pk, x.hidden
        FROM sqlite_master AS m, pragma_table_xinfo(m.name) AS x WHERE m.type IN ('table', 'view') ORDER BY 1, x.cid""",
    "indexes": """SELECT m.name, i.name, i."unique", i.origin, x.seqno, x.name
        FROM sqlite_master AS m, pragma_index_list(m.name) AS i, pragma_index_xinfo(i.name) AS x
        WHERE m.type = 'table' ORDER BY 1, 2, x.seqno""",
    "references": """SELECT m.name, f."from", f."table", f."to", f.on_update, f.on_delete
        FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table' ORDER BY 1, 2""",
    "texts": "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY 1, 2",
    "version": "SELECT version_num FROM alembic_version",
}
POSTGRESQL_PARTS = {
    "columns": """SELECT c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
        a.attgenerated, pg_get_expr(d.adbin, d.adrelid)
        FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
        LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v') ORDER BY 1, 2""",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    "constraints": """SELECT conname, conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2""",
    "triggers": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
    "functions": "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
    "views": "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public' ORDER BY 1",
    "version": "SELECT version_num FROM alembic_version",
}


def _described(connection: Connection) -> dict[str, list[tuple[str, ...]]]:
    parts = SQLITE_PARTS if connection.dialect.name == "sqlite" else POSTGRESQL_PARTS
    described = {
        name: [tuple(" ".join(str(value).split()) for value in row) for row in connection.exec_driver_sql(query)]
        for name, query in parts.items()
    }
    if connection.dialect.name == "sqlite":
        tables = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY 1")
        described["checks"] = [(name, *_checks(str(sql))) for name, sql in tables]
    return described


def _checks(sql: str) -> list[str]:
    """Named checks and generated columns of a CREATE TABLE, whatever its layout."""
    flat = re.sub(r"\s+", " ", sql)
    return sorted(re.findall(r"CONSTRAINT \w+ CHECK \([^,]*?(?:\([^)]*\)[^,]*?)*\)(?=,| ?\)$)", flat)) + sorted(
        re.findall(r"GENERATED ALWAYS AS \(.*?\) STORED", flat)
    )


async def _created(url: str) -> dict[str, list[tuple[str, ...]]]:
    """A database made by `create_schema`, in the place of `url`, described."""
    engine = create_engine(parse_url(url), pool_size=1)
    try:
        async with engine.execution_options(argo_writing=True).begin() as connection:
            await connection.run_sync(create_schema)
            return await connection.run_sync(_described)
    finally:
        await engine.dispose()


async def test_sqlite_schemas_agree(tmp_path: Path, migrations: Path) -> None:
    created = await _created(f"sqlite+aiosqlite:///{tmp_path / 'created.db'}")
    upgraded_url = f"sqlite+aiosqlite:///{tmp_path / 'upgraded.db'}"
    await upgrade(upgraded_url, migrations)
    assert await _stored(upgraded_url) == created
    checks = {row[0]: len(row) - 1 for row in created["checks"]}
    assert (checks["signal_log"], sum(checks.values())) == (3, 31)


@pytest.mark.postgres
async def test_postgresql_schemas_agree(pg_url: str, second_pg_url: str, migrations: Path) -> None:
    created = await _created(pg_url)
    await upgrade(second_pg_url, migrations)
    assert await _stored(second_pg_url) == created


async def test_autogenerate_finds_nothing_to_add(database_url: str) -> None:
    engine = create_engine(parse_url(database_url), pool_size=1)
    async with engine.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), METADATA)
        )
    await engine.dispose()
    assert differences == []


def test_the_newest_migration_is_the_revision_that_the_code_expects(migrations: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


async def _stored(url: str) -> dict[str, list[tuple[str, ...]]]:
    engine = create_engine(parse_url(url), pool_size=1)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_described)
    finally:
        await engine.dispose()
