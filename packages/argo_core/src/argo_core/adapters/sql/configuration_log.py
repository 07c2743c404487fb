"""Accepted settings, on a SQL database."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select

from argo_core.adapters.sql.append_rows import append_rows
from argo_core.adapters.sql.configuration_table import CONFIGURATION_LOG
from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.pages import require_limit
from argo_core.model.configuration import Accepted, Cause
from argo_core.model.instant import from_text, to_text
from argo_core.model.query import Page


class SqlConfigurationLog:
    """`ports.ConfigurationLog` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, accepted: Accepted) -> Accepted:
        """Raises StoreError."""
        row = {
            "file": accepted.file,
            "cause": accepted.cause.value,
            "by": accepted.by,
            "sha256": accepted.sha256,
            "changed": msgspec.json.encode(accepted.changed).decode(),
            "document": accepted.document,
            "accepted_at": to_text(accepted.accepted_at),
            "created_at": created_text(accepted.accepted_at),
        }

        def append(connection: Connection) -> int:
            append_rows(connection, CONFIGURATION_LOG, [row])
            return int(connection.execute(select(func.max(CONFIGURATION_LOG.c.id))).scalar_one())

        with store_errors("keeping accepted settings"):
            # A crash before the commit: the settings are in force, and the next start keeps them.
            number = await self._database.write(append)
        return msgspec.structs.replace(accepted, number=number)

    async def history(self, file: str, limit: int, before: int | None = None) -> Page[Accepted]:
        """Newest first. Raises DataError `bad_limit`, StoreError."""
        wanted = (
            select(CONFIGURATION_LOG)
            .where(CONFIGURATION_LOG.c.file == file)
            .order_by(CONFIGURATION_LOG.c.id.desc())
            .limit(require_limit(limit) + 1)
        )
        if before is not None:
            wanted = wanted.where(CONFIGURATION_LOG.c.id < before)
        with store_errors("reading accepted settings"):
            async with self._database.reading() as connection:
                rows = (await connection.execute(wanted)).all()
        items = tuple(_accepted(row) for row in rows[:limit])
        return Page(items=items, next_before=items[-1].number if len(rows) > limit else None)

    async def entry(self, number: int) -> Accepted | None:
        """Raises StoreError."""
        wanted = select(CONFIGURATION_LOG).where(CONFIGURATION_LOG.c.id == number)
        with store_errors("reading accepted settings"):
            async with self._database.reading() as connection:
                row = (await connection.execute(wanted)).one_or_none()
        return None if row is None else _accepted(row)


def _accepted(row: Row[Any]) -> Accepted:
    return Accepted(
        file=row.file,
        accepted_at=from_text(row.accepted_at),
        cause=Cause(row.cause),
        by=row.by,
        sha256=row.sha256,
        changed=tuple(msgspec.json.decode(row.changed, type=list[str])),
        document=row.document,
        number=row.id,
    )
