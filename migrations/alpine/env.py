"""Alembic's way in: on the connection that the program hands over, else on the database of `-x url=…`."""

from __future__ import annotations

import asyncio

from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection

from alpine_core.adapters.sql.address import parse_url
from alpine_core.adapters.sql.database import create_engine
from alpine_core.adapters.sql.tables import METADATA


def _migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=METADATA, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


async def _migrate_at(url: str) -> None:
    engine = create_engine(parse_url(url), pool_size=1)
    try:
        async with engine.execution_options(alpine_writing=True).begin() as connection:
            await connection.run_sync(_migrate)
    finally:
        await engine.dispose()


handed_over = context.config.attributes.get("connection")
address = context.get_x_argument(as_dictionary=True).get("url")
if handed_over is not None:
    _migrate(handed_over)
elif address and not context.is_offline_mode():
    asyncio.run(_migrate_at(address))
else:
    raise CommandError("name the database: alembic -x url=sqlite+aiosqlite:///PATH …, or run: alpine db upgrade")
