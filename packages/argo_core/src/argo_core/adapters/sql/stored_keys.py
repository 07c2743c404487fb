"""After a refused append: which of the cycle's keys the log knows already, so that the error can name it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Column, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from argo_core.adapters.sql.tables import CYCLE_LOG, DECISION_LOG, OUTBOX, OUTCOME_LOG, SIGNAL_LOG
from argo_core.model.cycle import CycleRecord

_BATCH = 400  # Two bound values to a key at most, below the 999 that older builds of SQLite allow.

Key = tuple[str, ...]


async def first_known(connection: AsyncConnection, cycle: CycleRecord) -> str | None:
    """The first key of `cycle` that is stored, or that the cycle holds twice, in words; None if there is none."""
    families: tuple[tuple[str, tuple[Column[str], ...], list[Key]], ...] = (
        ("cycle", (CYCLE_LOG.c.cycle_id,), [(cycle.cycle_id,)]),
        ("signal", (SIGNAL_LOG.c.signal_id,), [(sealed.signal.signal_id,) for sealed in cycle.signals]),
        ("decision", (DECISION_LOG.c.decision_id,), [(decision.decision_id,) for decision in cycle.decisions]),
        ("outcome of", (OUTCOME_LOG.c.signal_id,), [(outcome.signal_id,) for outcome in cycle.outcomes]),
        ("message", (OUTBOX.c.topic, OUTBOX.c.key), [(message.topic, message.key) for message in cycle.outbox]),
    )
    for name, columns, keys in families:
        known = _repeated(keys) or await _stored(connection, columns, keys)
        if known is not None:
            return f"{name} {'/'.join(known)}"
    return None


async def _stored(connection: AsyncConnection, columns: tuple[Column[str], ...], keys: list[Key]) -> Key | None:
    for start in range(0, len(keys), _BATCH):
        stored = select(*columns).where(tuple_(*columns).in_(keys[start : start + _BATCH])).limit(1)
        row = (await connection.execute(stored)).first()
        if row is not None:
            return tuple(row)
    return None


def _repeated(keys: Iterable[Key]) -> Key | None:
    seen: set[Key] = set()
    for key in keys:
        if key in seen:
            return key
        seen.add(key)
    return None
