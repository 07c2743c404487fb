"""Delivery receipts on a SQL database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, Text, bindparam, case, func, select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import DELIVERY_RECEIPTS
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Statement
from alpine_core.model.delivery_receipt import DeliveryReceipt, Latency, LatencyStart
from alpine_core.model.tier import Tier
from alpine_core.wire.moments import write_moment

_ROWS = DELIVERY_RECEIPTS.c
_INSERT = f"{insert_into(DELIVERY_RECEIPTS)} ON CONFLICT DO NOTHING"
_OWN = Reading(
    select(DELIVERY_RECEIPTS)
    .where(_ROWS.account_id == bindparam("account", type_=Text), _ROWS.cursor > bindparam("beyond", type_=BigInteger))
    .order_by(_ROWS.cursor)
    .limit(bindparam("most", type_=Integer))
)


def _percentiles(value: Column[Any]) -> Reading:
    """By tier the values at the nearest ranks: one row for each tier."""
    ranked = (
        select(
            _ROWS.tier,
            value.label("ms"),
            func.row_number().over(partition_by=_ROWS.tier, order_by=value).label("place"),
            func.count().over(partition_by=_ROWS.tier).label("several"),
        )
        .where(_ROWS.live == 1, value.is_not(None), _ROWS.received_at >= bindparam("since", type_=Text))
        .subquery()
    )
    at = ranked.c

    def percentile(percent: int) -> Any:
        # Whole numbers, rounded up: the smallest place that is not below this part of all.
        return func.max(case((at.place == (at.several * percent + 99) // 100, at.ms))).label(f"p{percent}")

    columns = (at.tier, func.max(at.several).label("several"), *map(percentile, (50, 95, 99)))
    return Reading(select(*columns).group_by(at.tier))


_LATENCIES = {
    LatencyStart.GENERATION: _percentiles(_ROWS.from_generation_ms),
    LatencyStart.INGEST: _percentiles(_ROWS.from_ingest_ms),
}


class SqlReceipts:
    """`ports.ReceiptStore` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, receipts: Sequence[DeliveryReceipt]) -> None:
        def plan(_: Answers) -> Plan:
            return Plan([Statement(_INSERT, [_row(one) for one in receipts])], None)

        await self._database.transact("storing receipts", [], plan)

    async def latencies(self, since: datetime) -> tuple[Latency, ...]:
        found: dict[tuple[str, LatencyStart], Any] = {}
        for start, reading in _LATENCIES.items():
            rows = await self._database.read(reading, since=write_moment(since))
            found |= {(row.tier, start): row for row in rows}
        places = [(tier, start) for tier in Tier for start in LatencyStart if (tier.value, start) in found]
        return tuple(_latency(tier, start, found[tier.value, start]) for tier, start in places)

    async def of_account(self, account_id: str, beyond: int, limit: int) -> tuple[DeliveryReceipt, ...]:
        rows = await self._database.read(_OWN, account=account_id, beyond=beyond, most=limit)
        return tuple(map(_receipt, rows))

    async def forget(self, account_id: str) -> int:
        counted = Question("SELECT count(*) FROM delivery_receipts WHERE account_id = ?", (account_id,))

        def plan(answers: Answers) -> Plan:
            gone = Statement("DELETE FROM delivery_receipts WHERE account_id = ?", [(account_id,)])
            return Plan([gone], answers[0][0][0])

        removed: int = await self._database.transact("removing receipts", [counted], plan)
        return removed


def _latency(tier: Tier, start: LatencyStart, row: Any) -> Latency:
    return Latency(tier=tier, start=start, count=row.several, p50_ms=row.p50, p95_ms=row.p95, p99_ms=row.p99)


def _row(receipt: DeliveryReceipt) -> tuple[Any, ...]:
    return (
        receipt.account_id,
        receipt.alpine_signal_id,
        receipt.tier.value,
        int(receipt.sealed),
        int(receipt.live),
        write_moment(receipt.received_at),
        receipt.from_generation_ms,
        receipt.from_ingest_ms,
    )


def _receipt(row: Any) -> DeliveryReceipt:
    return DeliveryReceipt(
        account_id=row.account_id,
        alpine_signal_id=row.cursor,
        tier=Tier(row.tier),
        sealed=bool(row.sealed),
        live=bool(row.live),
        received_at=datetime.fromisoformat(row.received_at),
        from_generation_ms=row.from_generation_ms,
        from_ingest_ms=row.from_ingest_ms,
    )
