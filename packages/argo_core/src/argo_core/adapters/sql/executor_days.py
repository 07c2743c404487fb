"""A whole day of an executor's records, read from its SQL database in one look."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.executor_tables import ACCOUNT_PIN, FILL_LOG, INBOX_LOG, INTENT_LOG, ORDER_LOG, VERDICT_LOG
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.halt_log import record_of
from argo_core.adapters.sql.trade_rows import trade_of
from argo_core.adapters.sql.trading_tables import HALT_LOG, TRADE_LOG, WATCH_LOG, WITHDRAWAL_LOG
from argo_core.adapters.sql.verdict_rows import verdicts_of
from argo_core.errors import StoreError
from argo_core.model.halt import Halt, Resume
from argo_core.model.instant import from_text
from argo_core.model.order import Fill, OrderIntent
from argo_core.model.order_change import NumberedChange, OrderChange
from argo_core.model.recorded_day import AccountBefore, ExecutorDay, RecordedFill

_CHANGE = msgspec.json.Decoder(OrderChange)
_INTENT = msgspec.json.Decoder(OrderIntent)
_EQUITY = msgspec.json.Decoder(dict[str, Any])


class SqlExecutorDays:
    """`ports.ExecutorDays` on SQLite or PostgreSQL. A row belongs to the day in which it was written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def day(self, day: date) -> ExecutorDay:
        """Raises StoreError, also where the executor has never run."""
        begin = datetime.combine(day, datetime.min.time(), tzinfo=UTC)
        first, until = created_text(begin), created_text(begin + timedelta(days=1))
        with store_errors(f"reading an executor's records of {day.isoformat()}"):
            async with self._database.reading() as connection:
                return await _Reading(connection, first, until).day()


class _Reading:
    def __init__(self, connection: AsyncConnection, first: str, until: str) -> None:
        self._connection, self._first, self._until = connection, first, until

    async def day(self) -> ExecutorDay:
        pin = (await self._connection.execute(select(ACCOUNT_PIN))).one_or_none()
        if pin is None:
            raise StoreError("this executor has never run: it has no account yet")
        before, verdicts = await self._split(VERDICT_LOG)
        changes_before, changes = await self._split(ORDER_LOG)
        _, fills = await self._split(FILL_LOG)
        _, trades = await self._split(TRADE_LOG)
        halts_before, halts = await self._split(HALT_LOG)
        withdrawn_before, withdrawn = await self._split(WITHDRAWAL_LOG)
        watches_before, watches = await self._watches()
        intents, _ = await self._split(INTENT_LOG)
        by_execution = {fill.execution_id: fill for row in changes if (fill := _CHANGE.decode(row.body).fill)}
        return ExecutorDay(
            executor_id=pin.executor_id,
            account_number=pin.account_number,
            cash=pin.starting_cash,
            equity=_equity(watches_before or watches),
            before=AccountBefore(
                changes=tuple(map(_numbered, changes_before)),
                verdicts=tuple(map(verdicts_of, before)),
                intents=tuple(_INTENT.decode(row.body) for row in intents),
                withdrawn={row.client_order_id: row.reason for row in withdrawn_before},
                watch=_watch(watches_before),
                halts=_standing(halts_before),
            ),
            verdicts=tuple(map(verdicts_of, verdicts)),
            changes=tuple(map(_numbered, changes)),
            fills=tuple(_fill(row, by_execution) for row in fills),
            trades=tuple(map(trade_of, trades)),
            halts=tuple(map(record_of, halts)),
            withdrawals={row.client_order_id: row.reason for row in withdrawn},
            received=frozenset((await self._connection.scalars(select(INBOX_LOG.c.signal_id))).all()),
        )

    async def _split(self, table: Any) -> tuple[list[Any], list[Any]]:
        """The rows of before the day, and its own; oldest first."""
        wanted = select(table).where(table.c.created_at < self._until).order_by(table.c.id)
        rows = (await self._connection.execute(wanted)).all()
        return (
            [row for row in rows if row.created_at < self._first],
            [row for row in rows if row.created_at >= self._first],
        )

    async def _watches(self) -> tuple[Any, Any]:
        """The newest record before the day, and the first in it."""
        log = WATCH_LOG.c
        newest = select(WATCH_LOG).where(log.created_at < self._first).order_by(log.id.desc()).limit(1)
        of_day = select(WATCH_LOG).where(log.created_at >= self._first, log.created_at < self._until)
        return (
            (await self._connection.execute(newest)).one_or_none(),
            (await self._connection.execute(of_day.order_by(log.id).limit(1))).one_or_none(),
        )


def _numbered(row: Any) -> NumberedChange:
    return NumberedChange(position=row.position, change=_CHANGE.decode(row.body))


def _fill(row: Any, at_venue: dict[str, Fill]) -> RecordedFill:
    return RecordedFill(
        client_order_id=row.client_order_id,
        signal_id=row.signal_id,
        symbol=row.symbol,
        quantity=row.quantity,
        fill=Fill(
            execution_id=row.execution_id,
            quantity=abs(row.quantity),
            price=row.price,
            fee=row.fee,
            filled_at=from_text(row.filled_at),
        ),
        at_venue=at_venue.get(row.execution_id),
    )


def _watch(row: Any) -> tuple[str, str, datetime, datetime] | None:
    return None if row is None else (row.state, row.level, from_text(row.market_time), from_text(row.at))


def _equity(row: Any) -> float | None:
    return None if row is None else float(_EQUITY.decode(row.state)["equity"])


def _standing(rows: list[Any]) -> tuple[Halt, ...]:
    records: list[Halt | Resume] = [record_of(row) for row in rows]
    over = {each.halt_id for each in records if isinstance(each, Resume)}
    return tuple(each for each in records if isinstance(each, Halt) and each.halt_id not in over)
