"""A whole day of the generator's records, read from its SQL database in one look."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.shown_bars import shown_before, shown_within
from argo_core.adapters.sql.signal_rows import logged_signal, select_signals
from argo_core.adapters.sql.tables import CYCLE_LOG, DECISION_LOG, OUTCOME_LOG, SIGNAL_LOG
from argo_core.model.decision import Decision
from argo_core.model.instant import from_text, to_text
from argo_core.model.recorded_day import RecordedCycle, RecordedDay
from argo_core.model.signal import Signal

_DECISION = msgspec.json.Decoder(Decision)


class SqlRecordedDays:
    """`ports.RecordedDays` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def day(self, day: date) -> RecordedDay:
        """Raises StoreError."""
        begin = datetime.combine(day, datetime.min.time(), tzinfo=UTC)
        with store_errors(f"reading the records of {day.isoformat()}"):
            async with self._database.reading() as connection:
                return await _read(connection, day.isoformat(), begin, begin + timedelta(days=1))


async def _read(connection: AsyncConnection, day: str, begin: datetime, until: datetime) -> RecordedDay:
    cycle = CYCLE_LOG.c
    of_day = (cycle.decided_at >= to_text(begin), cycle.decided_at < to_text(until))
    cycles = (await connection.execute(select(CYCLE_LOG).where(*of_day).order_by(cycle.id))).all()
    within = select(cycle.cycle_id).where(*of_day)
    decided = select(DECISION_LOG.c.cycle_id, DECISION_LOG.c.body).where(DECISION_LOG.c.cycle_id.in_(within))
    bodies: dict[str, list[Decision]] = {}
    for row in (await connection.execute(decided.order_by(DECISION_LOG.c.id))).all():
        bodies.setdefault(row.cycle_id, []).append(_DECISION.decode(row.body))
    published = select_signals().where(SIGNAL_LOG.c.cycle_id.in_(within)).order_by(SIGNAL_LOG.c.id)
    last = select(cycle.as_of).where(cycle.decided_at < to_text(begin)).order_by(cycle.id.desc()).limit(1)
    before = await connection.scalar(last)
    return RecordedDay(
        day=day,
        cycles=tuple(_cycle(row, bodies.get(row.cycle_id, ())) for row in cycles),
        signals=_signals((await connection.execute(published)).all()),
        open_before=await _open_before(connection, begin),
        before=None if before is None else from_text(before),
        priced=await _priced_before(connection, begin),
        shown=await shown_before(connection, created_text(begin)),
        shown_within=await shown_within(connection, created_text(begin), created_text(until)),
    )


def _cycle(row: Any, decisions: Iterable[Decision]) -> RecordedCycle:
    return RecordedCycle(
        cycle_id=row.cycle_id,
        as_of=from_text(row.as_of),
        decided_at=from_text(row.decided_at),
        data_source=row.data_source,
        symbols=row.symbols,
        skipped=row.skipped,
        decisions=tuple(decisions),
    )


def _signals(rows: Iterable[Any]) -> tuple[Signal, ...]:
    return tuple(logged_signal(row).sealed.signal for row in rows)


async def _open_before(connection: AsyncConnection, begin: datetime) -> tuple[Signal, ...]:
    """Published before the day by a cycle, and without an outcome when it began."""
    ended = select(OUTCOME_LOG.c.signal_id).where(OUTCOME_LOG.c.created_at < created_text(begin))
    wanted = select_signals().where(
        SIGNAL_LOG.c.created_at < created_text(begin),
        SIGNAL_LOG.c.horizon_at.is_not(None),
        SIGNAL_LOG.c.signal_id.not_in(ended),
    )
    return _signals((await connection.execute(wanted.order_by(SIGNAL_LOG.c.id))).all())


async def _priced_before(connection: AsyncConnection, begin: datetime) -> dict[str, float]:
    """The price of each symbol's last decision before the day."""
    earlier = select(CYCLE_LOG.c.cycle_id).where(CYCLE_LOG.c.decided_at < to_text(begin))
    last = (
        select(func.max(DECISION_LOG.c.id)).where(DECISION_LOG.c.cycle_id.in_(earlier)).group_by(DECISION_LOG.c.symbol)
    )
    rows = await connection.scalars(select(DECISION_LOG.c.body).where(DECISION_LOG.c.id.in_(last)))
    decisions = map(_DECISION.decode, rows.all())
    return {each.symbol: each.price for each in decisions if each.price is not None}
