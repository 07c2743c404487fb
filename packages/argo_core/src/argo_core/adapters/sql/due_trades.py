"""Trades that were reported and that no batch of the log has named yet, on a SQL database."""

from __future__ import annotations

from sqlalchemy import func, select

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.ledger_tables import REALISED_SEAL, SIGNAL_SEAL
from argo_core.adapters.sql.trade_rows import trade_of
from argo_core.adapters.sql.trading_tables import TRADE_REPORT
from argo_core.model.ledger import DueTrade


class DueTrades:
    """Remembers up to which report every trade was named: what is named stays so, and reports only come behind."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._named = 0

    async def oldest(self, limit: int) -> tuple[DueTrade, ...]:
        """At most `limit`, in the order of their reports. Raises StoreError."""
        joined = TRADE_REPORT.outerjoin(REALISED_SEAL, REALISED_SEAL.c.trade_id == TRADE_REPORT.c.trade_id).outerjoin(
            SIGNAL_SEAL, SIGNAL_SEAL.c.signal_id == TRADE_REPORT.c.signal_id
        )
        wanted = (
            select(TRADE_REPORT, SIGNAL_SEAL.c.leaf_index.label("of"))
            .select_from(joined)
            .where(TRADE_REPORT.c.id > self._named, REALISED_SEAL.c.trade_id.is_(None))
            .order_by(TRADE_REPORT.c.id)
            .limit(limit)
        )
        with store_errors("reading the trades that are not logged yet"):
            async with self._database.reading() as connection:
                # Before the trades: a report that comes in between is looked at next time.
                newest = await connection.scalar(select(func.coalesce(func.max(TRADE_REPORT.c.id), 0)))
                if newest == self._named:
                    return ()
                rows = list(await connection.execute(wanted))
        if not rows:
            self._named = int(newest or 0)
        return tuple(DueTrade(trade=trade_of(row), of=row.of) for row in rows)
