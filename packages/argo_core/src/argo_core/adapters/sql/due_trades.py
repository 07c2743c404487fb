"""Trades that were reported and that no batch of the log has named yet, on a SQL database."""

from __future__ import annotations

from sqlalchemy import func, or_, select

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.ledger_tables import REALISED_SEAL, REVEAL_LOG, SIGNAL_SEAL
from argo_core.adapters.sql.trade_rows import trade_of
from argo_core.adapters.sql.trading_tables import TRADE_REPORT
from argo_core.model.ledger import DueTrade

_REPORT = TRADE_REPORT.c
_UNNAMED = TRADE_REPORT.outerjoin(REALISED_SEAL, REALISED_SEAL.c.trade_id == _REPORT.trade_id)
_WITH_SIGNAL = _UNNAMED.outerjoin(SIGNAL_SEAL, SIGNAL_SEAL.c.signal_id == _REPORT.signal_id).outerjoin(
    REVEAL_LOG, REVEAL_LOG.c.signal_id == _REPORT.signal_id
)


class DueTrades:
    """Remembers up to which report every trade was named: what is named stays so, and reports only come behind."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._named = 0

    async def oldest(self, limit: int) -> tuple[DueTrade, ...]:
        """At most `limit`, in the order of their reports, none of a signal that is a secret. Raises StoreError."""
        unnamed = (_REPORT.id > self._named, REALISED_SEAL.c.trade_id.is_(None))
        first = select(func.min(_REPORT.id)).select_from(_UNNAMED).where(*unnamed)
        wanted = (
            select(TRADE_REPORT, SIGNAL_SEAL.c.leaf_index.label("of"))
            .select_from(_WITH_SIGNAL)
            .where(*unnamed, or_(SIGNAL_SEAL.c.signal_id.is_(None), REVEAL_LOG.c.signal_id.is_not(None)))
            .order_by(_REPORT.id)
            .limit(limit)
        )
        with store_errors("reading the trades that are not logged yet"):
            async with self._database.reading() as connection:
                # Before the first that waits: a report that comes in between is looked at next time.
                newest = await connection.scalar(select(func.coalesce(func.max(_REPORT.id), 0)))
                if newest == self._named:
                    return ()
                waiting = await connection.scalar(first)
                self._named = int(newest or 0) if waiting is None else waiting - 1
                rows = [] if waiting is None else list(await connection.execute(wanted))
        return tuple(DueTrade(trade=trade_of(row), of=row.of) for row in rows)
