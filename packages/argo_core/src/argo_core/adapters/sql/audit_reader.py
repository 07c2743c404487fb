"""The rows that an audit of the log compares with its entries, on a SQL database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.decision_days import day_root
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.ledger_tables import OUTCOME_ENTRY, REALISED_SEAL, REVEAL_LOG, SIGNAL_SEAL
from argo_core.adapters.sql.sealed_rows import FIELD_COLUMNS, SEAL_COLUMNS, fields_of, seal_of
from argo_core.adapters.sql.tables import OUTCOME_LOG, SIGNAL_LOG
from argo_core.adapters.sql.trade_rows import trade_of
from argo_core.adapters.sql.trading_tables import TRADE_REPORT
from argo_core.model.ledger import DayRoot, DueTrade
from argo_core.model.ledger_audit import RealisedRow, SealedRow


class SqlAuditReader:
    """`ports.AuditReader` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sealed(self, after: int, limit: int) -> tuple[SealedRow, ...]:
        """Sealed signals with everything that is stored about them. Raises StoreError."""
        seal, signal = SIGNAL_SEAL.c, SIGNAL_LOG.c
        joined = (
            SIGNAL_SEAL.join(SIGNAL_LOG, signal.signal_id == seal.signal_id)
            .outerjoin(REVEAL_LOG, REVEAL_LOG.c.signal_id == seal.signal_id)
            .outerjoin(OUTCOME_LOG, OUTCOME_LOG.c.signal_id == seal.signal_id)
            .outerjoin(OUTCOME_ENTRY, OUTCOME_ENTRY.c.signal_id == seal.signal_id)
        )
        wanted = (
            select(
                *SEAL_COLUMNS,
                *FIELD_COLUMNS,
                signal.scheme,
                signal.verification_hash,
                REVEAL_LOG.c.leaf_index.label("reveal"),
                OUTCOME_ENTRY.c.leaf_index.label("outcome"),
                OUTCOME_LOG.c.result,
                OUTCOME_LOG.c.exit_price,
            )
            .select_from(joined)
            .where(seal.leaf_index > after)
            .order_by(seal.leaf_index)
            .limit(limit)
        )
        with store_errors("reading the sealed signals"):
            async with self._database.reading() as connection:
                return tuple(_sealed_row(row) for row in await connection.execute(wanted))

    async def realised(self, after: int, limit: int) -> tuple[RealisedRow, ...]:
        """Logged trades with what is stored about them. Raises StoreError."""
        seal, report = REALISED_SEAL.c, TRADE_REPORT.c
        joined = REALISED_SEAL.outerjoin(TRADE_REPORT, report.trade_id == seal.trade_id).outerjoin(
            SIGNAL_SEAL, SIGNAL_SEAL.c.signal_id == report.signal_id
        )
        own = [seal.trade_id.label("logged"), seal.leaf_index.label("place"), SIGNAL_SEAL.c.leaf_index.label("of")]
        wanted = (
            select(TRADE_REPORT, *own)
            .select_from(joined)
            .where(seal.leaf_index > after)
            .order_by(seal.leaf_index)
            .limit(limit)
        )
        with store_errors("reading the logged trades"):
            async with self._database.reading() as connection:
                return tuple(_realised_row(row) for row in await connection.execute(wanted))

    async def unlogged(self, limit: int) -> tuple[DueTrade, ...]:
        """Trades of sealed signals that are marked as being in no entry. Raises StoreError."""
        seal, report = REALISED_SEAL.c, TRADE_REPORT.c
        joined = REALISED_SEAL.join(TRADE_REPORT, report.trade_id == seal.trade_id).join(
            SIGNAL_SEAL, SIGNAL_SEAL.c.signal_id == report.signal_id
        )
        wanted = (
            select(TRADE_REPORT, SIGNAL_SEAL.c.leaf_index.label("of"))
            .select_from(joined)
            .where(seal.leaf_index.is_(None))
            .order_by(report.id)
            .limit(limit)
        )
        with store_errors("reading the trades without an entry"):
            async with self._database.reading() as connection:
                rows = list(await connection.execute(wanted))
        return tuple(DueTrade(trade=trade_of(row), of=row.of) for row in rows)

    async def day(self, date: str) -> DayRoot:
        """The root over the stored decisions of that day. Raises StoreError."""
        with store_errors("reading the decisions of a day"):
            async with self._database.reading() as connection:
                return await day_root(connection, date)


def _sealed_row(row: Any) -> SealedRow:
    return SealedRow(
        seal=seal_of(row),
        fields=fields_of(row),
        scheme=row.scheme,
        verification_hash=row.verification_hash,
        reveal=row.reveal,
        outcome=row.outcome,
        result=row.result,
        exit_price=row.exit_price,
    )


def _realised_row(row: Any) -> RealisedRow:
    trade = None if row.trade_id is None else trade_of(row)
    return RealisedRow(trade_id=row.logged, leaf_index=row.place, trade=trade, of=row.of)
