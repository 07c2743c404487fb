"""Decisions and cycles read from a SQL database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, Select, func, literal_column, select

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.pages import require_limit
from argo_core.adapters.sql.tables import CYCLE_LOG, DECISION_LOG
from argo_core.model.cycle import CycleSummary
from argo_core.model.decision import Decision
from argo_core.model.instant import from_text, to_text
from argo_core.model.query import DecisionQuery, Page

_DECISION = msgspec.json.Decoder(Decision)
_MINUTE = func.substr(CYCLE_LOG.c.decided_at, literal_column("1"), literal_column("16"))  # YYYY-MM-DDTHH:MM
_STAGES = msgspec.json.Decoder(dict[str, float])


class SqlDecisionReader:
    """`ports.DecisionReader` on SQLite or PostgreSQL. Each answer sees one moment of the log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def decisions(self, query: DecisionQuery) -> Page[Decision]:
        """One page, newest first. Raises DataError `bad_limit`, StoreError."""
        limit = require_limit(query.limit)
        newest_first = _filtered(query).order_by(DECISION_LOG.c.id.desc()).limit(limit + 1)
        with store_errors("reading decisions"):
            async with self._database.reading() as connection:
                rows = (await connection.execute(newest_first)).all()
        items = tuple(_DECISION.decode(row.body) for row in rows[:limit])
        return Page(items=items, next_before=rows[limit - 1].id if len(rows) > limit else None)

    async def cycles(self, limit: int) -> tuple[CycleSummary, ...]:
        """The newest cycles, newest first. Raises DataError `bad_limit` unless `limit` is 1–500, StoreError."""
        newest_first = select(CYCLE_LOG).order_by(CYCLE_LOG.c.id.desc()).limit(require_limit(limit))
        with store_errors("reading cycles"):
            async with self._database.reading() as connection:
                rows = (await connection.execute(newest_first)).all()
        return tuple(_summary(row) for row in rows)

    async def cycle_minutes(self, start: datetime, end: datetime) -> tuple[tuple[datetime, int], ...]:
        """Cycles by the minute in which they decided. Raises StoreError."""
        within = (CYCLE_LOG.c.decided_at >= to_text(start), CYCLE_LOG.c.decided_at < to_text(end))
        by_minute = select(_MINUTE, func.count()).where(*within).group_by(_MINUTE).order_by(_MINUTE)
        with store_errors("counting cycles"):
            async with self._database.reading() as connection:
                rows = (await connection.execute(by_minute)).all()
        return tuple((datetime.fromisoformat(f"{minute}:00+00:00"), count) for minute, count in rows)


def _filtered(query: DecisionQuery) -> Select[Any]:
    decision = DECISION_LOG.c
    wanted = select(decision.id, decision.body)
    if query.symbol is not None:
        wanted = wanted.where(decision.symbol == query.symbol)
    if query.status is not None:
        wanted = wanted.where(decision.status == query.status)
    if query.veto is not None:
        wanted = wanted.where(decision.veto == query.veto)
    if query.cycle_id is not None:
        wanted = wanted.where(decision.cycle_id == query.cycle_id)
    if query.before is not None:
        wanted = wanted.where(decision.id < query.before)
    return wanted


def _summary(row: Row[Any]) -> CycleSummary:
    return CycleSummary(
        cycle_id=row.cycle_id,
        started_at=from_text(row.started_at),
        as_of=from_text(row.as_of),
        data_source=row.data_source,
        symbols=row.symbols,
        skipped=row.skipped,
        evaluated=row.evaluated,
        published=row.published,
        repeats=row.repeats,
        vetoed=row.vetoed,
        outcomes=row.outcomes,
        stage_ms=_STAGES.decode(row.stage_ms),
    )
