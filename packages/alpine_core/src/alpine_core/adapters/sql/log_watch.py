"""What an operator has to know of logs, and decided about them, on a SQL database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Integer, Text, and_, bindparam, select

from alpine_core.adapters.sql.alarm_rows import LAST_ALARM
from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.ledger_tables import LOG_ORIGINS, LOG_SIGNALS, REPINS, REVEALS, WITNESSED_CHECKPOINTS
from alpine_core.adapters.sql.log_mirror import KEPT, kept_checkpoint
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.signal_rows import aware
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Statement
from alpine_core.model.witness import KeptCheckpoint, OverdueReveal, Repin
from alpine_core.wire.moments import write_moment

_OVERDUE = Reading(
    select(LOG_ORIGINS.c.origin, LOG_SIGNALS.c.leaf_index, LOG_SIGNALS.c.reveal_by)
    .select_from(
        LOG_SIGNALS.join(LOG_ORIGINS, LOG_ORIGINS.c.log == LOG_SIGNALS.c.log).outerjoin(
            REVEALS,
            and_(REVEALS.c.log == LOG_SIGNALS.c.log, REVEALS.c.of_leaf == LOG_SIGNALS.c.leaf_index),
        )
    )
    .where(LOG_SIGNALS.c.reveal_by < bindparam("now", type_=Text), REVEALS.c.of_leaf.is_(None))
    .order_by(LOG_SIGNALS.c.reveal_by)
    .limit(bindparam("most", type_=Integer))
)
_BEYOND = Reading(
    KEPT.where(WITNESSED_CHECKPOINTS.c.size > bindparam("beyond", type_=BigInteger))
    .order_by(WITNESSED_CHECKPOINTS.c.size)
    .limit(bindparam("most", type_=Integer))
)
_REPINS = Reading(select(REPINS.c.origin, REPINS.c.reason, REPINS.c.decided_at).order_by(REPINS.c.id))
_LAST = Question("SELECT coalesce(max(id), 0) FROM repins")


class SqlLogWatch:
    """`ports.LogWatch` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def overdue(self, now: datetime, limit: int) -> tuple[OverdueReveal, ...]:
        rows = await self._database.read(_OVERDUE, now=write_moment(now), most=limit)
        return tuple(
            OverdueReveal(origin=row.origin, leaf_index=row.leaf_index, reveal_by=row.reveal_by) for row in rows
        )

    async def checkpoints(self, origin: str, beyond: int, limit: int) -> tuple[KeptCheckpoint, ...]:
        rows = await self._database.read(_BEYOND, wanted=origin, beyond=beyond, most=limit)
        return tuple([await kept_checkpoint(self._database, origin, row) for row in rows])

    async def repin(self, repin: Repin) -> None:
        def plan(answers: Answers) -> Plan:
            last, alarm = answers[0][0][0], answers[1][0][0]
            row = (last + 1, repin.origin, repin.reason, write_moment(repin.decided_at), alarm)
            return Plan([Statement(insert_into(REPINS), [row])], None)

        await self._database.transact("deciding about a log", [_LAST, LAST_ALARM], plan)

    async def repins(self) -> tuple[Repin, ...]:
        return tuple(
            Repin(origin=row.origin, reason=row.reason, decided_at=aware(row.decided_at))
            for row in await self._database.read(_REPINS)
        )
