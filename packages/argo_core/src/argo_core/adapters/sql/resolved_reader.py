"""Resolved signals and finished trades read from a generator's SQL database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, func, select

from argo_core.adapters.sql.created_at import created_instant
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.signal_rows import logged_signal, select_signals
from argo_core.adapters.sql.tables import OUTCOME_LOG, SIGNAL_LOG
from argo_core.adapters.sql.trade_rows import trade_of
from argo_core.adapters.sql.trading_tables import TRADE_REPORT
from argo_core.model.instant import from_text
from argo_core.model.resolved import ResolvedSignal, RiskedTrade


class SqlResolvedReader:
    """`ports.ResolvedReader` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self) -> int:
        """Raises StoreError."""
        with store_errors("counting outcomes"):
            async with self._database.reading() as connection:
                return int(await connection.scalar(select(func.count()).select_from(OUTCOME_LOG)) or 0)

    async def resolved(self, limit: int) -> tuple[ResolvedSignal, ...]:
        """Raises StoreError."""
        outcome = OUTCOME_LOG.c
        newest = (
            select_signals()
            .add_columns(outcome.exit_at, outcome.created_at.label("recorded_at"))
            .where(outcome.id.is_not(None))
            .order_by(outcome.id.desc())
            .limit(limit)
        )
        with store_errors("reading outcomes"):
            async with self._database.reading() as connection:
                rows = (await connection.execute(newest)).all()
        return tuple(map(_resolved, reversed(rows)))

    async def risked_trades(self) -> tuple[RiskedTrade, ...]:
        """Raises StoreError."""
        signal = SIGNAL_LOG.c
        oldest_first = (
            select(TRADE_REPORT, signal.entry_price.label("signal_entry"), signal.stop_price)
            .join(SIGNAL_LOG, signal.signal_id == TRADE_REPORT.c.signal_id)
            .order_by(TRADE_REPORT.c.closed_at, TRADE_REPORT.c.id)
        )
        with store_errors("reading trades"):
            async with self._database.reading() as connection:
                rows = (await connection.execute(oldest_first)).all()
        return tuple(RiskedTrade(trade=trade_of(row), risk_pct=_risk_pct(row)) for row in rows)


def _resolved(row: Row[Any]) -> ResolvedSignal:
    logged = logged_signal(row)
    known = created_instant(row.recorded_at) if row.exit_at is None else from_text(row.exit_at)
    return ResolvedSignal(
        signal=logged.sealed.signal,
        won=logged.outcome == "win",
        profit_loss_pct=logged.profit_loss_pct,
        resolved_at=known,
    )


def _risk_pct(row: Row[Any]) -> float | None:
    if row.stop_price is None or row.stop_price == row.signal_entry:
        return None
    return float(abs(row.signal_entry - row.stop_price)) / float(row.signal_entry) * 100.0
