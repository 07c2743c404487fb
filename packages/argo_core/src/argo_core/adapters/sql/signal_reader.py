"""Signals read from a SQL database, page by page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select

from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.pages import require_limit
from argo_core.adapters.sql.signal_rows import logged_signal, select_signals
from argo_core.adapters.sql.statistics import read_statistics
from argo_core.adapters.sql.tables import OUTCOME_LOG, SIGNAL_LOG
from argo_core.model.query import Page, SignalQuery, SignalStatistics
from argo_core.model.signal import LoggedSignal


class SqlSignalReader:
    """`ports.SignalReader` on SQLite or PostgreSQL. Each answer sees one moment of the log.

    `outcome` is `win` or `loss`, as the view counts it; `since` compares whole seconds of `created_at`, inclusive.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def signals(self, query: SignalQuery) -> Page[LoggedSignal]:
        """One page, newest first. Raises DataError `bad_limit`, StoreError."""
        limit = require_limit(query.limit)
        newest_first = _filtered(query).order_by(SIGNAL_LOG.c.id.desc()).limit(limit + 1)
        with store_errors("reading signals"):
            async with self._database.reading() as connection:
                rows = (await connection.execute(newest_first)).all()
        items = tuple(logged_signal(row) for row in rows[:limit])
        return Page(items=items, next_before=items[-1].index if len(rows) > limit else None)

    async def signal(self, signal_id: str) -> LoggedSignal | None:
        """The signal, None if the log has none of that id. Raises StoreError."""
        with store_errors("reading a signal"):
            async with self._database.reading() as connection:
                found = await connection.execute(select_signals().where(SIGNAL_LOG.c.signal_id == signal_id))
                row = found.one_or_none()
        return None if row is None else logged_signal(row)

    async def statistics(self, now: datetime) -> SignalStatistics:
        """Counts over the whole log; the last hour is the one before `now`. Raises StoreError."""
        with store_errors("counting signals"):
            async with self._database.reading() as connection:
                return await read_statistics(connection, now)


def _filtered(query: SignalQuery) -> Select[Any]:
    wanted, signal = select_signals(), SIGNAL_LOG.c
    if query.symbol is not None:
        wanted = wanted.where(signal.symbol == query.symbol)
    if query.action is not None:
        wanted = wanted.where(signal.action == query.action)
    if query.regime is not None:
        wanted = wanted.where(signal.regime == query.regime)
    if query.outcome is not None:
        wanted = wanted.where(OUTCOME_LOG.c.counted_as == query.outcome)
    if query.open_only:
        wanted = wanted.where(OUTCOME_LOG.c.id.is_(None))
    if query.min_confidence is not None:
        wanted = wanted.where(signal.confidence >= query.min_confidence)
    if query.since is not None:
        wanted = wanted.where(signal.created_at >= created_text(query.since))
    if query.before is not None:
        wanted = wanted.where(signal.id < query.before)
    return wanted
