"""Where a generator goes on: the last cycles of its shard, and of whoever dealt the symbols otherwise before."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, true

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.tables import CYCLE_LOG
from argo_core.model.instant import from_text
from argo_core.model.shard import Shard


class SqlShardCycles:
    """On SQLite or PostgreSQL. All cycles but those of the other shards of the same number."""

    def __init__(self, database: Database, shard: Shard) -> None:
        self._database, self._theirs = database, _but_siblings(shard)

    async def newest(self) -> str | None:
        """The id of the last one, None before the first. Raises StoreError."""
        cycle = CYCLE_LOG.c
        with store_errors("reading the shard's last cycle"):
            async with self._database.reading() as connection:
                last = select(cycle.cycle_id).where(self._theirs).order_by(cycle.id.desc()).limit(1)
                return await connection.scalar(last)

    async def latest(self) -> datetime | None:
        """The latest moment of the market that was looked at, None before the first. Raises StoreError."""
        with store_errors("reading the shard's market time"):
            async with self._database.reading() as connection:
                found = await connection.scalar(select(func.max(CYCLE_LOG.c.as_of)).where(self._theirs))
        return None if found is None else from_text(found)


def _but_siblings(shard: Shard) -> ColumnElement[bool]:
    """Ids have no letter O but in the mark of a shard."""
    if shard.is_whole:
        return true()
    name = CYCLE_LOG.c.cycle_id
    return or_(name.like(f"%{shard.mark}"), name.not_like(f"%OF{shard.of}"))
