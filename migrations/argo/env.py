"""Alembic's entry: runs on the connection it is handed, else on the database of `-x url=…`."""

from __future__ import annotations

import asyncio

from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection

from argo_core.adapters.sql.database import create_engine, parse_url
from argo_core.adapters.sql.tables import METADATA


def _configure_and_run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


async def _run_on(url: str) -> None:
    engine = create_engine(parse_url(url), pool_size=1)
    try:
        async with engine.execution_options(argo_writing=True).begin() as connection:
            await connection.run_sync(_configure_and_run)
    finally:
        await engine.dispose()


def _run_offline(url: str) -> None:
    context.configure(url=url, target_metadata=METADATA, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def _run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _configure_and_run(connection)
        return
    url = context.get_x_argument(as_dictionary=True).get("url")
    if not url:
        raise CommandError("name the database: alembic -x url=sqlite+aiosqlite:///PATH …, or run: argo db upgrade")
    if context.is_offline_mode():
        _run_offline(url)
    else:
        asyncio.run(_run_on(url))


_run()
