"""Where stored records stand in the provable log, on a SQL database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as calendar_date
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, select

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.ledger_tables import LOG_FACT, OUTCOME_ENTRY, REVEAL_LOG, SIGNAL_SEAL
from argo_core.adapters.sql.tables import CYCLE_LOG, DECISION_LOG
from argo_core.model.instant import from_text
from argo_core.model.ledger import Seal
from argo_core.model.ledger_places import DecisionPlace, SignalPlaces

_DATE_LENGTH = 10


class SqlLedgerPlaces:
    """`ports.LedgerPlaces` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def signal(self, signal_id: str) -> SignalPlaces | None:
        """Seal, reveal and outcome of one signal. Raises StoreError."""
        joined = SIGNAL_SEAL.outerjoin(REVEAL_LOG, REVEAL_LOG.c.signal_id == SIGNAL_SEAL.c.signal_id).outerjoin(
            OUTCOME_ENTRY, OUTCOME_ENTRY.c.signal_id == SIGNAL_SEAL.c.signal_id
        )
        revealed, ended = REVEAL_LOG.c.leaf_index.label("revealed"), OUTCOME_ENTRY.c.leaf_index.label("ended")
        wanted = select(SIGNAL_SEAL, revealed, ended).select_from(joined).where(SIGNAL_SEAL.c.signal_id == signal_id)
        with store_errors("reading a signal's places in the ledger"):
            async with self._database.reading() as connection:
                row = (await connection.execute(wanted)).one_or_none()
        if row is None:
            return None
        seal = Seal(
            signal_id=row.signal_id,
            leaf_index=row.leaf_index,
            stream=row.stream,
            seq=row.seq,
            commitment=row.commitment,
            salt=bytes(row.salt),
            reveal_by=from_text(row.reveal_by),
        )
        return SignalPlaces(seal=seal, reveal=row.revealed, outcome=row.ended)

    async def sealed(self, signal_ids: Sequence[str]) -> frozenset[str]:
        """Those that are sealed. Raises StoreError."""
        if not signal_ids:
            return frozenset()
        wanted = select(SIGNAL_SEAL.c.signal_id).where(SIGNAL_SEAL.c.signal_id.in_(signal_ids))
        with store_errors("reading which signals are sealed"):
            async with self._database.reading() as connection:
                return frozenset(await connection.scalars(wanted))

    async def decision(self, decision_id: str) -> DecisionPlace | None:
        """One decision among those of its day. Raises StoreError."""
        decision, cycle = DECISION_LOG.c, CYCLE_LOG.c
        joined = DECISION_LOG.join(CYCLE_LOG, cycle.cycle_id == decision.cycle_id)
        wanted = select(decision.id, decision.body, cycle.decided_at).select_from(joined)
        with store_errors("reading a decision's place in the ledger"):
            async with self._database.reading() as connection:
                row = (await connection.execute(wanted.where(decision.decision_id == decision_id))).one_or_none()
                if row is None:
                    return None
                day = str(row.decided_at)[:_DATE_LENGTH]
                numbers = _of_day(day, func.count())
                before = await connection.scalar(numbers.where(decision.id < row.id))
                count = await connection.scalar(numbers)
                fact = select(LOG_FACT.c.leaf_index).where(LOG_FACT.c.kind == "decisions", LOG_FACT.c.subject == day)
                leaf_index = await connection.scalar(fact)
        return DecisionPlace(
            date=day, position=int(before or 0), count=int(count or 0), body=row.body.encode(), leaf_index=leaf_index
        )

    async def day(self, date: str) -> tuple[bytes, ...]:
        """The day's records, in the order of their appending. Raises StoreError."""
        with store_errors("reading the decisions of a day"):
            async with self._database.reading() as connection:
                bodies = await connection.scalars(_of_day(date, DECISION_LOG.c.body).order_by(DECISION_LOG.c.id))
                return tuple(body.encode() for body in bodies)


def _of_day(date: str, what: Any) -> Select[Any]:
    until = (calendar_date.fromisoformat(date) + timedelta(days=1)).isoformat()
    decided = CYCLE_LOG.c.decided_at
    joined = DECISION_LOG.join(CYCLE_LOG, CYCLE_LOG.c.cycle_id == DECISION_LOG.c.cycle_id)
    return select(what).select_from(joined).where(decided >= date, decided < until)
