"""The store on a SQL database: each call one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from alpine_core.adapters.sql import mark_plan, outcome_plan, signal_plan
from alpine_core.adapters.sql.alarm_rows import LAST_ALARM, alarm_statement, known_alarms
from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.transaction import Answers, Plan
from alpine_core.model.alarm import Alarm
from alpine_core.model.mark import MarkReceipt, MarkSeries
from alpine_core.model.receipt import Receipt
from alpine_core.model.seal import OutcomeSeal
from alpine_core.model.signal import OutcomeRecord, VerifiedSignal
from alpine_core.model.witness import Advance
from alpine_core.ports.signal_store import NO_SEALS


class SqlSignalStore:
    """`ports.SignalStore` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def store(
        self, signals: Sequence[VerifiedSignal], received_at: datetime, advances: Sequence[Advance] = ()
    ) -> tuple[Receipt, ...]:
        receipts: tuple[Receipt, ...] = await self._database.transact(
            "storing signals",
            signal_plan.questions(signals, advances),
            partial(signal_plan.plan, signals, advances, received_at),
        )
        return receipts

    async def store_outcomes(
        self,
        outcomes: Sequence[OutcomeRecord],
        received_at: datetime,
        seals: Mapping[str, OutcomeSeal] = NO_SEALS,
    ) -> tuple[Receipt, ...]:
        receipts: tuple[Receipt, ...] = await self._database.transact(
            "storing outcomes",
            outcome_plan.questions(outcomes),
            partial(outcome_plan.plan, outcomes, seals, received_at),
        )
        return receipts

    async def store_marks(self, series: Sequence[MarkSeries], received_at: datetime) -> MarkReceipt:
        filled = [one for one in series if one.marks]
        receipt: MarkReceipt = await self._database.transact(
            "storing marks", mark_plan.questions(filled), partial(mark_plan.plan, filled, received_at)
        )
        return receipt

    async def raise_alarm(self, alarm: Alarm) -> None:
        def plan(answers: Answers) -> Plan:
            return Plan([alarm_statement([alarm], answers[1], answers[0][0][0])], None)

        await self._database.transact("raising an alarm", [LAST_ALARM, known_alarms([alarm.subject])], plan)
