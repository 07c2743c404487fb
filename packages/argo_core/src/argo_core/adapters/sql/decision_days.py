"""The decisions of a UTC day and the root over them."""

from __future__ import annotations

from datetime import date as calendar_date
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from argo_core.ledger.frontier import Frontier
from argo_core.ledger.merkle import leaf_hash
from argo_core.model.ledger import DayRoot

_CHUNK = 2_000
_DAYS = text(
    """SELECT DISTINCT substr(decided_at, 1, 10) FROM cycle_log
       WHERE decided_at >= :after AND decided_at < :before ORDER BY 1"""
)
_RANGE = text(
    """SELECT min(d.id), max(d.id) FROM decision_log AS d JOIN cycle_log AS c ON c.cycle_id = d.cycle_id
       WHERE c.decided_at >= :start AND c.decided_at < :until"""
)
_BODIES = text(
    """SELECT d.id, d.body FROM decision_log AS d WHERE d.id > :last AND d.id <= :most AND d.cycle_id IN
       (SELECT cycle_id FROM cycle_log WHERE decided_at >= :start AND decided_at < :until) ORDER BY d.id LIMIT :chunk"""
)


async def days_between(connection: AsyncConnection, after: str | None, before: str) -> list[str]:
    """The days behind `after` (None: all) and before `before` on which a cycle decided, oldest first."""
    first = "" if after is None else _next_day(after)
    found = await connection.execute(_DAYS, {"after": first, "before": before})
    return [str(day) for day in found.scalars().all()]


async def day_root(connection: AsyncConnection, day: str) -> DayRoot:
    """RFC 6962 over the records as stored, in the order of their numbers."""
    bounds = {"start": day, "until": _next_day(day)}
    first, most = (await connection.execute(_RANGE, bounds)).one()
    frontier, last = Frontier(), (first or 1) - 1
    while most is not None and last < most:
        chunk = {"last": last, "most": most, "chunk": _CHUNK}
        rows = (await connection.execute(_BODIES, {**bounds, **chunk})).all()
        # Chunk by chunk: a day may have millions of decisions.
        frontier = frontier.grow([leaf_hash(body.encode()) for _, body in rows]).after
        last = rows[-1][0] if rows else most
    return DayRoot(date=day, count=frontier.size, root=frontier.root.hex())


def _next_day(day: str) -> str:
    return (calendar_date.fromisoformat(day) + timedelta(days=1)).isoformat()
