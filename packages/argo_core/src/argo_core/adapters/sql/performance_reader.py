"""How stored signals ended, counted in a generator's SQL database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.tables import OUTCOME_LOG, SIGNAL_LOG
from argo_core.model.instant import to_text
from argo_core.model.performance import DayOutcomes, OutcomeCounts, Span, SymbolOutcomes

_SIGNAL, _OUTCOME = SIGNAL_LOG.c, OUTCOME_LOG.c
_DAY = func.substr(_SIGNAL.timestamp, 1, 10)


class SqlPerformanceReader:
    """`ports.PerformanceReader` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def counts(self, span: Span) -> OutcomeCounts:
        """Raises StoreError."""
        result = _OUTCOME.profit_loss_pct
        means = (
            func.avg(case((_ended("win"), result))).label("average_win_pct"),
            func.avg(case((_ended("loss"), result))).label("average_loss_pct"),
        )
        row = (await self._rows(_within(span, *_COUNTS, *means)))[0]
        return OutcomeCounts(
            signals=row.signals,
            completed=row.wins + row.losses,
            wins=row.wins,
            losses=row.losses,
            average_win_pct=row.average_win_pct,
            average_loss_pct=row.average_loss_pct,
        )

    async def by_day(self, span: Span) -> tuple[DayOutcomes, ...]:
        """Raises StoreError."""
        gross = func.coalesce(func.sum(_OUTCOME.profit_loss_pct), 0.0).label("gross_pct")
        asked = _within(span, _DAY.label("day"), *_COUNTS, gross).group_by(_DAY).order_by(_DAY)
        return tuple(DayOutcomes(**row._mapping) for row in await self._rows(asked))

    async def by_symbol(self, span: Span) -> tuple[SymbolOutcomes, ...]:
        """Raises StoreError."""
        mean = func.avg(_OUTCOME.profit_loss_pct).label("mean_pct")
        asked = _within(span, _SIGNAL.symbol, *_COUNTS, mean).group_by(_SIGNAL.symbol).order_by(_SIGNAL.symbol)
        return tuple(SymbolOutcomes(**row._mapping) for row in await self._rows(asked))

    async def _rows(self, asked: Select[Any]) -> list[Any]:
        with store_errors("counting outcomes for a report"):
            async with self._database.reading() as connection:
                return list((await connection.execute(asked)).all())


def _ended(how: str) -> ColumnElement[bool]:
    return _OUTCOME.counted_as == how


_COUNTS = (
    func.count(_SIGNAL.id).label("signals"),
    func.count(case((_ended("win"), 1))).label("wins"),
    func.count(case((_ended("loss"), 1))).label("losses"),
)


def _within(span: Span, *columns: Any) -> Select[Any]:
    """Timestamps are text that sorts as time does: RFC 3339 in UTC, a date being the beginning of its first day."""
    asked = select(*columns).select_from(SIGNAL_LOG.outerjoin(OUTCOME_LOG, _OUTCOME.signal_id == _SIGNAL.signal_id))
    asked = asked.where(_SIGNAL.timestamp <= to_text(span.until))
    if span.since is not None:
        asked = asked.where(_SIGNAL.timestamp >= span.since.isoformat())
    if span.min_confidence > 0:
        asked = asked.where(_SIGNAL.confidence >= span.min_confidence)
    return asked
