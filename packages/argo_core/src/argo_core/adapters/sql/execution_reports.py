"""What executors report, beside the signals of the generator's database."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, Table, and_, select

from argo_core.adapters.sql.append_rows import append_rows
from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.executor_tables import VERDICT_LOG
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.pages import require_limit
from argo_core.adapters.sql.tables import EXECUTION_LOG, SIGNAL_LOG
from argo_core.adapters.sql.trade_rows import trade_of, trade_row
from argo_core.adapters.sql.trading_tables import TRADE_REPORT
from argo_core.adapters.sql.verdict_rows import verdict_row, verdicts_of
from argo_core.model.execution import Execution, ExecutionReports, RefusedReport, ReportReceipt, SignalVerdicts
from argo_core.model.instant import from_text, to_text
from argo_core.model.query import Page
from argo_core.model.trade import Trade
from argo_core.ports.clock import Clock

_Report = SignalVerdicts | Execution | Trade
UNKNOWN_SIGNAL, CONFLICT, SIGNAL_MISMATCH = "unknown_signal", "conflict", "signal_mismatch"


class SqlExecutionReportStore:
    """`ports.ExecutionReportStore` on SQLite or PostgreSQL."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def store(self, reports: ExecutionReports) -> ReportReceipt:
        """Store what is new, in one transaction. Raises StoreError."""
        outcomes: list[str] = []
        refused: list[RefusedReport] = []

        def store(connection: Connection) -> None:
            every: tuple[_Report, ...] = (*reports.verdicts, *reports.executions, *reports.trades)
            for report in every:
                code = self._store_one(connection, report)
                outcomes.append(code)
                if code in (UNKNOWN_SIGNAL, CONFLICT, SIGNAL_MISMATCH):
                    refused.append(RefusedReport(signal_id=report.signal_id, code=code))

        with store_errors("storing reports of executors"):
            # A crash before the commit leaves nothing: the executor has no answer and reports again.
            await self._database.write(store)
        return ReportReceipt(
            stored=outcomes.count("stored"), duplicates=outcomes.count("duplicate"), refused=tuple(refused)
        )

    async def executions(self, limit: int, before: int | None = None) -> Page[Execution]:
        """Executions, newest first. Raises DataError `bad_limit`, StoreError."""
        rows, following = await self._page(EXECUTION_LOG, limit, before)
        return Page(items=tuple(map(_execution_of, rows)), next_before=following)

    async def verdicts(self, limit: int, before: int | None = None) -> Page[SignalVerdicts]:
        """Executors' verdicts, newest first. Raises DataError `bad_limit`, StoreError."""
        rows, following = await self._page(VERDICT_LOG, limit, before)
        return Page(items=tuple(map(verdicts_of, rows)), next_before=following)

    async def verdicts_of(self, signal_id: str) -> tuple[SignalVerdicts, ...]:
        """Every executor's verdicts on one signal, by executor. Raises StoreError."""
        wanted = select(VERDICT_LOG).where(VERDICT_LOG.c.signal_id == signal_id).order_by(VERDICT_LOG.c.executor_id)
        with store_errors("reading reports of executors"):
            async with self._database.reading() as connection:
                rows = (await connection.execute(wanted)).all()
        return tuple(map(verdicts_of, rows))

    async def trades(self, limit: int, before: int | None = None) -> Page[Trade]:
        """Finished trades, newest first. Raises DataError `bad_limit`, StoreError."""
        rows, following = await self._page(TRADE_REPORT, limit, before)
        return Page(items=tuple(map(trade_of, rows)), next_before=following)

    def _store_one(self, connection: Connection, report: _Report) -> str:
        traded = select(SIGNAL_LOG.c.symbol, SIGNAL_LOG.c.action).where(SIGNAL_LOG.c.signal_id == report.signal_id)
        signal = connection.execute(traded).one_or_none()
        if signal is None:
            return UNKNOWN_SIGNAL
        if isinstance(report, Execution):
            return self._store_execution(connection, report)
        if isinstance(report, Trade):
            if (report.symbol, report.action) != (signal.symbol, signal.action):
                return SIGNAL_MISMATCH
            return self._store_trade(connection, report)
        same = and_(VERDICT_LOG.c.signal_id == report.signal_id, VERDICT_LOG.c.executor_id == report.executor_id)
        row = connection.execute(select(VERDICT_LOG).where(same)).one_or_none()
        if row is not None:
            return "duplicate" if verdicts_of(row) == report else CONFLICT
        append_rows(connection, VERDICT_LOG, [verdict_row(report, self._clock.now())])
        return "stored"

    def _store_execution(self, connection: Connection, report: Execution) -> str:
        values = _execution_row(report)
        same = and_(*(EXECUTION_LOG.c[name].is_not_distinct_from(value) for name, value in values.items()))
        if connection.scalar(select(EXECUTION_LOG.c.id).where(same)) is not None:
            return "duplicate"
        row = {**values, "created_at": created_text(self._clock.now())}
        append_rows(connection, EXECUTION_LOG, [row])
        return "stored"

    def _store_trade(self, connection: Connection, report: Trade) -> str:
        same = select(TRADE_REPORT).where(TRADE_REPORT.c.trade_id == report.trade_id)
        row = connection.execute(same).one_or_none()
        if row is not None:
            return "duplicate" if trade_of(row) == report else CONFLICT
        stored = {**trade_row(report), "created_at": created_text(self._clock.now())}
        append_rows(connection, TRADE_REPORT, [stored])
        return "stored"

    async def _page(self, table: Table, limit: int, before: int | None) -> tuple[list[Any], int | None]:
        wanted = select(table).order_by(table.c.id.desc()).limit(require_limit(limit) + 1)
        if before is not None:
            wanted = wanted.where(table.c.id < before)
        with store_errors("reading reports of executors"):
            async with self._database.reading() as connection:
                rows = list((await connection.execute(wanted)).all())
        return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def _execution_row(execution: Execution) -> dict[str, object]:
    values = msgspec.structs.asdict(execution)
    return {**values, "filled_at": None if execution.filled_at is None else to_text(execution.filled_at)}


def _execution_of(row: Any) -> Execution:
    return Execution(
        signal_id=row.signal_id,
        executor_id=row.executor_id,
        order_id=row.order_id,
        state=row.state,
        filled_at=None if row.filled_at is None else from_text(row.filled_at),
        price=row.price,
        quantity=row.quantity,
        profit_loss_pct=row.profit_loss_pct,
    )
