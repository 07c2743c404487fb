"""An executor's finished trades in its SQL database."""

from __future__ import annotations

from sqlalchemy import func, select

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.trade_rows import trade_of
from argo_core.adapters.sql.trading_tables import TRADE_LOG
from argo_core.model.trade import Trade


class SqlTradeHistory:
    """`ports.TradeHistory` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self) -> int:
        """Raises StoreError."""
        with store_errors("counting trades"):
            async with self._database.reading() as connection:
                return int(await connection.scalar(select(func.count()).select_from(TRADE_LOG)) or 0)

    async def every_trade(self) -> tuple[Trade, ...]:
        """Raises StoreError."""
        oldest_first = select(TRADE_LOG).order_by(TRADE_LOG.c.closed_at, TRADE_LOG.c.id)
        with store_errors("reading trades"):
            async with self._database.reading() as connection:
                rows = (await connection.execute(oldest_first)).all()
        return tuple(map(trade_of, rows))
