"""What the log gained since somebody knew its end, read over its keys alone: never more than what is new."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from argo_core.adapters.sql.ledger_tables import LOG_CHECKPOINT, LOG_FACT, LOG_LEAF, SIGNAL_SEAL
from argo_core.adapters.sql.sealed_rows import FACT_COLUMNS, FIELD_COLUMNS, SEAL_COLUMNS, fact_of, fields_of, seal_of
from argo_core.adapters.sql.tables import SIGNAL_LOG
from argo_core.model.ledger import LogFact, Unresolved
from argo_core.model.log_growth import LogGrowth

AT_ONCE = 2_000
"""More new entries than this are left to whoever reads the end whole."""
_CHECKPOINT = LOG_CHECKPOINT.c
_SIZE = select(func.coalesce(func.max(LOG_LEAF.c.idx), -1) + 1).scalar_subquery()


async def growth_since(connection: AsyncConnection, since: int) -> LogGrowth:
    """Behind the first `since` entries. Raises whatever the driver raises."""
    newest = select(_CHECKPOINT.root).where(_CHECKPOINT.size == _SIZE).scalar_subquery()
    known = select(_CHECKPOINT.root).where(_CHECKPOINT.size == since).scalar_subquery()
    size, root, known_root = (await connection.execute(select(_SIZE, newest, known))).one()
    entries = await _entries(connection, since) if since < size <= since + AT_ONCE else ()
    return LogGrowth(
        since=since,
        size=int(size),
        root=None if root is None else bytes(root),
        known_root=None if known_root is None else bytes(known_root),
        entries=entries,
        sealed=await _sealed(connection, since) if entries else (),
        facts=await _facts(connection, since) if entries else (),
    )


async def _entries(connection: AsyncConnection, since: int) -> tuple[bytes, ...]:
    new = select(LOG_LEAF.c.entry).where(LOG_LEAF.c.idx >= since).order_by(LOG_LEAF.c.idx)
    return tuple(bytes(entry) for entry in (await connection.execute(new)).scalars())


async def _sealed(connection: AsyncConnection, since: int) -> tuple[Unresolved, ...]:
    joined = SIGNAL_SEAL.join(SIGNAL_LOG, SIGNAL_LOG.c.signal_id == SIGNAL_SEAL.c.signal_id)
    new = (
        select(*SEAL_COLUMNS, *FIELD_COLUMNS)
        .select_from(joined)
        .where(SIGNAL_SEAL.c.leaf_index >= since)
        .order_by(SIGNAL_SEAL.c.leaf_index)
    )
    return tuple(Unresolved(seal=seal_of(row), fields=fields_of(row)) for row in await connection.execute(new))


async def _facts(connection: AsyncConnection, since: int) -> tuple[LogFact, ...]:
    new = select(*FACT_COLUMNS).where(LOG_FACT.c.leaf_index >= since).order_by(LOG_FACT.c.leaf_index)
    return tuple(fact_of(row) for row in await connection.execute(new))
