"""Counts of signals by service type, on a SQL database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.tables import SIGNAL_LOG


class SqlSignalCounts:
    """`ports.SignalCounts` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def signals_in(self, windows: Sequence[tuple[datetime, datetime]]) -> dict[str, int]:
        """Raises StoreError."""
        if not windows:
            return {}
        created = SIGNAL_LOG.c.created_at
        inside = or_(*(and_(created >= created_text(start), created < created_text(end)) for start, end in windows))
        wanted = select(SIGNAL_LOG.c.service_type, func.count()).where(inside).group_by(SIGNAL_LOG.c.service_type)
        with store_errors("counting signals"):
            rows = await self._database.read(lambda connection: connection.execute(wanted).all())
        return {str(row[0]): int(row[1]) for row in rows}
