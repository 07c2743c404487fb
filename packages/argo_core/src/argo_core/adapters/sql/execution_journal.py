"""The executor's journal on a SQL database: decisions, intents, orders, fills, and what is to be reported of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, exists, func, select

from argo_core.adapters.sql.append_rows import append_rows
from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.executor_tables import FILL_LOG, INTENT_LOG, ORDER_LOG, VERDICT_LOG
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.tables import OUTBOX
from argo_core.adapters.sql.trade_rows import trade_row
from argo_core.adapters.sql.trading_tables import TRADE_LOG, WITHDRAWAL_LOG
from argo_core.adapters.sql.verdict_rows import verdict_row
from argo_core.model.execution import NO_SIGNALS, Execution, ExecutionReports, SignalVerdicts
from argo_core.model.instant import from_text, to_text
from argo_core.model.order import Fill, OrderIntent
from argo_core.model.order_change import OrderChange
from argo_core.model.trade import Trade
from argo_core.ports.clock import Clock
from argo_core.ports.execution_journal import DecidedIntent, NotedChange, NotedFill, Notes

REPORTS = "executor.reports"
"""The outbox topic under which an executor's reports wait: each payload is an `ExecutionReports` as JSON."""

_NOTED = exists().where(ORDER_LOG.c.client_order_id == INTENT_LOG.c.client_order_id)
_WITHDRAWN = exists().where(WITHDRAWAL_LOG.c.client_order_id == INTENT_LOG.c.client_order_id)
_Row = dict[str, object]


class SqlExecutionJournal:
    """`ports.ExecutionJournal` on SQLite or PostgreSQL. Reports wait in the outbox under `REPORTS`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def decided(self, verdicts: SignalVerdicts, intents: Sequence[OrderIntent]) -> None:
        """Store the decision whole. Raises StoreError, also where the signal is decided already."""
        stored_at = self._clock.now()
        rows: list[_Row] = [
            {
                "client_order_id": intent.client_order_id,
                "signal_id": intent.signal_id,
                "body": msgspec.json.encode(intent).decode(),
                "created_at": created_text(stored_at),
            }
            for intent in intents
        ]

        def decide(connection: Connection) -> None:
            append_rows(connection, VERDICT_LOG, [verdict_row(verdicts, stored_at)])
            append_rows(connection, INTENT_LOG, rows)
            report = ExecutionReports(verdicts=(verdicts,))
            self._report(connection, [(f"verdicts:{verdicts.signal_id}", report)])

        with store_errors(f"storing the decision on {verdicts.signal_id}"):
            await self._database.write(decide)

    async def noted(self, changes: Sequence[NotedChange]) -> None:
        """Store changes later than the last noted one, with their reports. Raises StoreError."""
        created = created_text(self._clock.now())

        def note(connection: Connection) -> None:
            last = int(connection.scalar(select(func.coalesce(func.max(ORDER_LOG.c.position), 0))) or 0)
            new = [change for change in changes if change.numbered.position > last]
            append_rows(connection, ORDER_LOG, [_order_row(change, created) for change in new])
            fills = [_fill_row(change.fill, created) for change in new if change.fill is not None]
            append_rows(connection, FILL_LOG, fills)
            trades = [trade for change in new for trade in change.trades]
            rows = [{**trade_row(trade), "created_at": created} for trade in trades]
            append_rows(connection, TRADE_LOG, rows)
            reports = [_keyed(change, execution) for change in new for execution in change.executions]
            self._report(connection, reports + _trade_reports(trades))

        with store_errors("noting orders"):
            await self._database.write(note)

    async def withdrawn(self, client_order_id: str, reason: str) -> None:
        """Store that an intent will never be placed. Raises StoreError."""
        same = select(WITHDRAWAL_LOG.c.id).where(WITHDRAWAL_LOG.c.client_order_id == client_order_id)
        created = created_text(self._clock.now())
        row = {"client_order_id": client_order_id, "reason": reason, "created_at": created}

        def withdraw(connection: Connection) -> None:
            if connection.scalar(same) is None:
                append_rows(connection, WITHDRAWAL_LOG, [row])

        with store_errors(f"withdrawing {client_order_id}"):
            # A crash before the commit leaves the intent waiting: it is judged again.
            await self._database.write(withdraw)

    async def notes(self) -> Notes:
        """All that is noted, of one moment. Raises StoreError."""
        newest = select(func.max(ORDER_LOG.c.id)).group_by(ORDER_LOG.c.client_order_id)
        orders = select(ORDER_LOG.c.body).where(ORDER_LOG.c.id.in_(newest)).order_by(ORDER_LOG.c.id)
        decided = (
            select(INTENT_LOG.c.body, VERDICT_LOG.c.decided_at)
            .join(VERDICT_LOG, VERDICT_LOG.c.signal_id == INTENT_LOG.c.signal_id)
            .order_by(INTENT_LOG.c.id)
        )
        waiting = select(INTENT_LOG.c.client_order_id).where(~_NOTED, ~_WITHDRAWN).order_by(INTENT_LOG.c.id)
        with store_errors("reading the journal"):
            async with self._database.reading() as connection:
                fills = (await connection.execute(select(FILL_LOG).order_by(FILL_LOG.c.id))).all()
                bodies = (await connection.scalars(orders)).all()
                intents = (await connection.execute(decided)).all()
                unplaced = (await connection.scalars(waiting)).all()
                last = await connection.scalar(select(func.coalesce(func.max(ORDER_LOG.c.position), 0)))
        return Notes(
            fills=tuple(map(_fill_of, fills)),
            orders=tuple(msgspec.json.decode(body, type=OrderChange) for body in bodies),
            intents=tuple(
                DecidedIntent(
                    intent=msgspec.json.decode(row.body, type=OrderIntent), decided_at=from_text(row.decided_at)
                )
                for row in intents
            ),
            unplaced=tuple(unplaced),
            position=int(last or 0),
        )

    def _report(self, connection: Connection, reports: Sequence[tuple[str, ExecutionReports]]) -> None:
        last = int(connection.scalar(select(func.coalesce(func.max(OUTBOX.c.position), 0))) or 0)
        rows: list[_Row] = [
            {
                "position": position,
                "topic": REPORTS,
                "key": key,
                "payload": msgspec.json.encode(report),
                "created_at": created_text(self._clock.now()),
            }
            for position, (key, report) in enumerate(reports, last + 1)
        ]
        if rows:
            connection.execute(OUTBOX.insert(), rows)


def _keyed(change: NotedChange, execution: Execution) -> tuple[str, ExecutionReports]:
    key = f"execution:{change.numbered.position}:{execution.signal_id}"
    return key, ExecutionReports(executions=(execution,))


def _trade_reports(trades: Sequence[Trade]) -> list[tuple[str, ExecutionReports]]:
    return [
        (f"trade:{trade.trade_id}", ExecutionReports(trades=(trade,)))
        for trade in trades
        if trade.signal_id not in NO_SIGNALS
    ]


def _order_row(noted: NotedChange, created: str) -> _Row:
    change = noted.numbered.change
    intent = change.order.intent
    return {
        "position": noted.numbered.position,
        "client_order_id": intent.client_order_id,
        "order_id": change.order.order_id,
        "signal_id": intent.signal_id,
        "symbol": intent.symbol,
        "state": change.order.state.value,
        "body": msgspec.json.encode(change).decode(),
        "created_at": created,
    }


def _fill_row(noted: NotedFill, created: str) -> _Row:
    return {
        "execution_id": noted.fill.execution_id,
        "client_order_id": noted.client_order_id,
        "signal_id": noted.signal_id,
        "symbol": noted.symbol,
        "quantity": noted.quantity,
        "price": noted.fill.price,
        "fee": noted.fill.fee,
        "profit_loss_pct": noted.profit_loss_pct,
        "filled_at": to_text(noted.fill.filled_at),
        "created_at": created,
    }


def _fill_of(row: Any) -> NotedFill:
    return NotedFill(
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
        profit_loss_pct=row.profit_loss_pct,
    )
