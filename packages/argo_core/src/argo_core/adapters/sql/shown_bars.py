"""The bars that receivers were sent, read back from the outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from argo_core.adapters.sql.tables import OUTBOX, SIGNAL_LOG
from argo_core.model.bars import Bar
from argo_core.model.cycle import MessageKind
from argo_core.pipeline.receive_marks import received_marks
from argo_core.ports.bar_window import KEPT

PAGE, PAGES = 200, 50
"""How far back is looked: a symbol that has not been sent for so long is not known any more."""


async def shown_before(connection: AsyncConnection, created: str) -> tuple[Bar, ...]:
    """Of each symbol with a signal the newest bars sent before `created`, at most as many as an executor keeps, by
    symbol, oldest first. Every receiver's message of a cycle holds the same bars."""
    wanted = select(SIGNAL_LOG.c.symbol).where(SIGNAL_LOG.c.created_at < created).distinct()
    missing = set((await connection.scalars(wanted)).all())
    found: dict[str, dict[object, Bar]] = {}
    position, seen = None, set[str]()
    for _ in range(PAGES):
        rows = await _page(connection, OUTBOX.c.created_at < created, position)
        for row in rows:
            if row.key not in seen:
                seen.add(row.key)
                for bar in received_marks(bytes(row.payload)):
                    found.setdefault(bar.symbol, {}).setdefault(bar.start, bar)
        missing -= {symbol for symbol, bars in found.items() if len(bars) >= KEPT}
        if len(rows) < PAGE or not missing:
            break
        position = rows[-1].position
    return tuple(
        bar for _, bars in sorted(found.items()) for bar in sorted(bars.values(), key=lambda one: one.start)[-KEPT:]
    )


async def newest_shown(connection: AsyncConnection, since: str) -> dict[str, datetime]:
    """By symbol the start of the newest bar that was sent from `since` on, as far back as is looked."""
    found, position, seen = dict[str, datetime](), None, set[str]()
    earlier = select(OUTBOX.c.position).where(OUTBOX.c.created_at < since).order_by(OUTBOX.c.position.desc()).limit(1)
    # A place, not a time: where few messages of a large outbox are marks, all of it would be looked through for more.
    later = OUTBOX.c.position > (await connection.scalar(earlier) or 0)
    for _ in range(PAGES):
        rows = await _page(connection, later, position)
        for row in rows:
            if row.key not in seen:
                seen.add(row.key)
                for bar in received_marks(bytes(row.payload)):
                    found[bar.symbol] = max(bar.start, found.get(bar.symbol, bar.start))
        if len(rows) < PAGE:
            break
        position = rows[-1].position
    return found


async def shown_within(connection: AsyncConnection, begin: str, until: str) -> tuple[Bar, ...]:
    """The bars sent from `begin` to before `until`, in that order; each message of a cycle once."""
    marks = OUTBOX.c.key.like(f"{MessageKind.MARKS}:%")
    first = select(func.min(OUTBOX.c.position)).where(marks, OUTBOX.c.created_at >= begin, OUTBOX.c.created_at < until)
    wanted = select(OUTBOX.c.payload).where(OUTBOX.c.position.in_(first.group_by(OUTBOX.c.key)))
    found = await connection.scalars(wanted.order_by(OUTBOX.c.position))
    return tuple(bar for payload in found for bar in received_marks(bytes(payload)))


async def _page(connection: AsyncConnection, when: ColumnElement[bool], before: int | None) -> list[Any]:
    marks = OUTBOX.c.key.like(f"{MessageKind.MARKS}:%")
    wanted = select(OUTBOX.c.position, OUTBOX.c.key, OUTBOX.c.payload).where(marks, when)
    if before is not None:
        wanted = wanted.where(OUTBOX.c.position < before)
    return list((await connection.execute(wanted.order_by(OUTBOX.c.position.desc()).limit(PAGE))).all())
