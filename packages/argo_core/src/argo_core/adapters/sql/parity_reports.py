"""Comparisons of live days with their replays, on a SQL database."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, func, select

from argo_core.adapters.sql.append_rows import append_rows
from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.pages import require_limit
from argo_core.adapters.sql.parity_table import PARITY_REPORT
from argo_core.model.instant import to_text
from argo_core.model.parity import ParityReport
from argo_core.model.query import Page

_REPORT = msgspec.json.Decoder(ParityReport)


class SqlParityReports:
    """`ports.ParityReports` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, report: ParityReport) -> None:
        """Raises StoreError."""
        row = {
            "day": report.day,
            "executor_id": report.executor_id,
            "score": report.score,
            "compared": report.together.compared,
            "ran_at": to_text(report.ran_at),
            "body": msgspec.json.encode(report).decode(),
            "created_at": created_text(report.ran_at),
        }

        def append(connection: Connection) -> None:
            append_rows(connection, PARITY_REPORT, [row])

        with store_errors(f"storing the parity of {report.day}"):
            # A crash before the commit loses this comparison, nothing of the day: it can be run again.
            await self._database.write(append)

    async def reports(self, limit: int, before: int | None = None) -> Page[ParityReport]:
        """Newest first. Raises DataError `bad_limit`, StoreError."""
        wanted = (
            select(PARITY_REPORT.c.id, PARITY_REPORT.c.body)
            .order_by(PARITY_REPORT.c.id.desc())
            .limit(require_limit(limit) + 1)
        )
        if before is not None:
            wanted = wanted.where(PARITY_REPORT.c.id < before)
        with store_errors("reading parity reports"):
            async with self._database.reading() as connection:
                rows = (await connection.execute(wanted)).all()
        items = tuple(_REPORT.decode(row.body) for row in rows[:limit])
        return Page(items=items, next_before=rows[limit - 1].id if len(rows) > limit else None)

    async def newest(self) -> tuple[ParityReport, ...]:
        """By executor. Raises StoreError."""
        last = select(func.max(PARITY_REPORT.c.id)).group_by(PARITY_REPORT.c.executor_id)
        wanted = select(PARITY_REPORT.c.body).where(PARITY_REPORT.c.id.in_(last)).order_by(PARITY_REPORT.c.executor_id)
        with store_errors("reading parity reports"):
            async with self._database.reading() as connection:
                bodies = (await connection.scalars(wanted)).all()
        return tuple(_REPORT.decode(body) for body in bodies)

    async def of_day(self, day: str, executor_id: str) -> ParityReport | None:
        """The last one. Raises StoreError."""
        wanted = (
            select(PARITY_REPORT.c.body)
            .where(PARITY_REPORT.c.day == day, PARITY_REPORT.c.executor_id == executor_id)
            .order_by(PARITY_REPORT.c.id.desc())
            .limit(1)
        )
        with store_errors("reading a parity report"):
            async with self._database.reading() as connection:
                body = await connection.scalar(wanted)
        return None if body is None else _REPORT.decode(body)
