"""Finished trades on a SQL database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Integer, and_, bindparam, func, select

from alpine_core.adapters.sql import realised_plan
from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.ledger_tables import LOG_ORIGINS, REALISED, REVEALS, SEALS
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.signal_rows import aware
from alpine_core.adapters.sql.tables import SIGNALS
from alpine_core.errors import StoreError
from alpine_core.model.realised import (
    PlacedRealised,
    RealisedFigures,
    RealisedReceipt,
    RealisedRow,
    RealisedTrade,
    StoredRealised,
)
from alpine_core.model.seal import OutcomeSeal
from alpine_core.track_record.mean_interval import mean_interval

_JOINED = REALISED.outerjoin(LOG_ORIGINS, LOG_ORIGINS.c.log == REALISED.c.log)
_OF_SIGNAL = Reading(
    select(*REALISED.c, LOG_ORIGINS.c.origin)
    .select_from(_JOINED)
    .where(REALISED.c.signal_id == bindparam("wanted"))
    .order_by(REALISED.c.id)
)
_OF_TRADE = Reading(
    select(*REALISED.c, LOG_ORIGINS.c.origin).select_from(_JOINED).where(REALISED.c.trade_id == bindparam("wanted"))
)
_ROWS = Reading(
    select(*REALISED.c, LOG_ORIGINS.c.origin, SEALS.c.leaf_index.label("place"))
    .select_from(
        _JOINED.outerjoin(SIGNALS, SIGNALS.c.signal_id == REALISED.c.signal_id).outerjoin(
            SEALS, SEALS.c.cursor == SIGNALS.c.cursor
        )
    )
    .where(REALISED.c.id > bindparam("beyond"))
    .order_by(REALISED.c.id)
    .limit(bindparam("most", type_=Integer))
)
_FIGURES = Reading(
    select(
        REALISED.c.executor_id,
        REALISED.c.mode,
        func.count().label("trades"),
        func.sum(REALISED.c.net_pct).label("total"),
        func.sum(REALISED.c.net_pct * REALISED.c.net_pct).label("squares"),
    )
    .select_from(
        REALISED.join(SIGNALS, SIGNALS.c.signal_id == REALISED.c.signal_id)
        .join(SEALS, SEALS.c.cursor == SIGNALS.c.cursor)
        .join(REVEALS, and_(REVEALS.c.log == SEALS.c.log, REVEALS.c.of_leaf == SEALS.c.leaf_index))
    )
    .where(REALISED.c.leaf_index.is_not(None))
    .group_by(REALISED.c.executor_id, REALISED.c.mode)
    .order_by(REALISED.c.executor_id, REALISED.c.mode)
)


class SqlRealisedShelf:
    """`ports.RealisedStore` and `RealisedShelf` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def store(self, trades: Sequence[PlacedRealised], received_at: datetime) -> tuple[RealisedReceipt, ...]:
        receipts: tuple[RealisedReceipt, ...] = await self._database.transact(
            "storing finished trades",
            realised_plan.questions(trades),
            partial(realised_plan.plan, trades, received_at),
        )
        return receipts

    async def of_trade(self, trade_id: str) -> StoredRealised | None:
        rows = await self._database.read(_OF_TRADE, wanted=trade_id)
        return _stored(rows[0]) if rows else None

    async def of_signal(self, signal_id: str) -> tuple[StoredRealised, ...]:
        return tuple(map(_stored, await self._database.read(_OF_SIGNAL, wanted=signal_id)))

    async def figures(self) -> tuple[RealisedFigures, ...]:
        return tuple(map(_figures, await self._database.read(_FIGURES)))

    async def rows(self, beyond: int, limit: int) -> tuple[RealisedRow, ...]:
        return tuple(map(_row, await self._database.read(_ROWS, beyond=beyond, most=limit)))


def _stored(row: Any) -> StoredRealised:
    try:
        trade = msgspec.json.decode(row.statement, type=RealisedTrade)
        return StoredRealised(trade=trade, seal=_seal(row, trade.of), recorded_at=aware(row.recorded_at))
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        raise StoreError(f"the stored trade {row.trade_id!a} cannot be read: {error}: restore a backup") from error


def _seal(row: Any, of: int | None) -> OutcomeSeal | None:
    if row.leaf_index is None or of is None:
        return None
    return OutcomeSeal(
        origin=row.origin,
        leaf_index=row.leaf_index,
        of=of,
        entry=row.entry,
        tlog_proof=row.tlog_proof,
        size=row.size,
    )


def _figures(row: Any) -> RealisedFigures:
    mean, low, high = mean_interval(int(row.trades), float(row.total), float(row.squares))
    return RealisedFigures(
        executor_id=row.executor_id, mode=row.mode, trades=int(row.trades), mean_net_pct=mean, low=low, high=high
    )


def _row(row: Any) -> RealisedRow:
    return RealisedRow(
        number=row.id,
        trade_id=row.trade_id,
        signal_id=row.signal_id,
        executor_id=row.executor_id,
        mode=row.mode,
        net_pct=row.net_pct,
        statement=row.statement,
        origin=row.origin,
        leaf_index=row.leaf_index,
        entry=row.entry,
        place=row.place,
    )
