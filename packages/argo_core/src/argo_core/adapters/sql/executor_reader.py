"""An executor's work read from its SQL database."""

from __future__ import annotations

import msgspec
from sqlalchemy import func, select

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.executor_tables import FILL_LOG, INBOX_LOG, ORDER_LOG, VERDICT_LOG
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.pages import require_limit
from argo_core.adapters.sql.trade_rows import trade_of
from argo_core.adapters.sql.trading_tables import TRADE_LOG
from argo_core.adapters.sql.verdict_rows import verdicts_of
from argo_core.model.execution import ALLOWED, SignalVerdicts
from argo_core.model.order import Order
from argo_core.model.order_change import OrderChange
from argo_core.model.trade import Trade
from argo_core.ports.executor_reader import ExecutorCounts


class SqlExecutorReader:
    """`ports.ExecutorReader` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def counts(self) -> ExecutorCounts:
        """Raises StoreError."""
        by_code = select(VERDICT_LOG.c.decision, VERDICT_LOG.c.code, func.count()).group_by(
            VERDICT_LOG.c.decision, VERDICT_LOG.c.code
        )
        with store_errors("counting an executor's work"):
            async with self._database.reading() as connection:
                received = await connection.scalar(select(func.count()).select_from(INBOX_LOG))
                filled = await connection.scalar(select(func.count()).select_from(FILL_LOG))
                decided = [tuple(row) for row in await connection.execute(by_code)]
        denied_by = {str(code): int(count) for decision, code, count in decided if decision != ALLOWED}
        return ExecutorCounts(
            received=int(received or 0),
            allowed=sum(int(count) for decision, _, count in decided if decision == ALLOWED),
            denied=sum(denied_by.values()),
            denied_by=denied_by,
            filled=int(filled or 0),
        )

    async def verdicts(self, limit: int) -> tuple[SignalVerdicts, ...]:
        """Raises DataError `bad_limit`, StoreError."""
        newest = select(VERDICT_LOG).order_by(VERDICT_LOG.c.id.desc()).limit(require_limit(limit))
        with store_errors("reading an executor's verdicts"):
            async with self._database.reading() as connection:
                rows = (await connection.execute(newest)).all()
        return tuple(map(verdicts_of, rows))

    async def orders(self, limit: int) -> tuple[Order, ...]:
        """Each order as last noted, the one that changed last first. Raises DataError `bad_limit`, StoreError."""
        last_of_each = select(func.max(ORDER_LOG.c.id)).group_by(ORDER_LOG.c.client_order_id)
        newest = (
            select(ORDER_LOG.c.body)
            .where(ORDER_LOG.c.id.in_(last_of_each))
            .order_by(ORDER_LOG.c.id.desc())
            .limit(require_limit(limit))
        )
        with store_errors("reading an executor's orders"):
            async with self._database.reading() as connection:
                bodies = (await connection.scalars(newest)).all()
        return tuple(msgspec.json.decode(body, type=OrderChange).order for body in bodies)

    async def trades(self, limit: int) -> tuple[Trade, ...]:
        """Finished trades, those that no signal asked for too. Raises DataError `bad_limit`, StoreError."""
        newest = select(TRADE_LOG).order_by(TRADE_LOG.c.id.desc()).limit(require_limit(limit))
        with store_errors("reading an executor's trades"):
            async with self._database.reading() as connection:
                rows = (await connection.execute(newest)).all()
        return tuple(map(trade_of, rows))
