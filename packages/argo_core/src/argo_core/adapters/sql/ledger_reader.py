"""The readers' side of the provable log on a SQL database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import text

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.errors import DataError
from argo_core.model.instant import from_text
from argo_core.model.ledger import StoredCheckpoint

LARGEST_READ = 2_000
_ANY_SIZE = 2**62
_CHECKPOINT = text(
    "SELECT size, root, note, signed_at FROM log_checkpoint WHERE size <= :at_most ORDER BY size DESC LIMIT 1"
)
_AFTER = text("SELECT size, root, note, signed_at FROM log_checkpoint WHERE size > :size ORDER BY size LIMIT 1")
_ENTRIES = text("SELECT entry FROM log_leaf WHERE idx >= :start ORDER BY idx LIMIT :at_most")
# One parameter whatever the number of positions, so that the statement is prepared once.
_HASHES = {
    "sqlite": "SELECT pos, h FROM log_hash WHERE pos IN (SELECT value FROM json_each(?))",
    "postgresql": "SELECT pos, h FROM log_hash WHERE pos = ANY($1::bigint[])",
}


class SqlLedgerReader:
    """`ports.LedgerReader` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._checkpoint_sql, self._after_sql, self._entries_sql = (
            database.driver_sql(statement) for statement in (_CHECKPOINT, _AFTER, _ENTRIES)
        )

    async def checkpoint(self, at_most: int | None = None) -> StoredCheckpoint | None:
        """The newest, or the newest that is not larger. Raises StoreError."""
        return await self._one(self._checkpoint_sql, _ANY_SIZE if at_most is None else at_most)

    async def checkpoint_after(self, size: int) -> StoredCheckpoint | None:
        """The oldest that is larger. Raises StoreError."""
        return await self._one(self._after_sql, size)

    async def entries(self, start: int, limit: int) -> tuple[bytes, ...]:
        """Entries from `start`, in order. Raises DataError `bad_limit`, StoreError."""
        if start < 0 or not 1 <= limit <= LARGEST_READ:
            raise DataError("bad_limit", f"{limit} entries from {start}: ask for 1 to {LARGEST_READ} from 0 on")
        with store_errors("reading the ledger"):
            (rows,) = await self._database.fetch([(self._entries_sql, (start, limit))])
        return tuple(bytes(row[0]) for row in rows)

    async def hashes(self, positions: Sequence[int]) -> Mapping[int, bytes]:
        """Stored hashes by position. Raises StoreError."""
        wanted: object = list(positions)
        if self._database.dialect == "sqlite":
            wanted = msgspec.json.encode(wanted).decode()
        with store_errors("reading the ledger's hashes"):
            (rows,) = await self._database.fetch([(_HASHES[self._database.dialect], (wanted,))])
        return {row[0]: bytes(row[1]) for row in rows}

    async def _one(self, statement: str, size: int) -> StoredCheckpoint | None:
        with store_errors("reading the ledger's checkpoints"):
            (rows,) = await self._database.fetch([(statement, (size,))])
        for found, root, note, signed_at in rows:
            return StoredCheckpoint(size=found, root=bytes(root), note=bytes(note), signed_at=from_text(signed_at))
        return None
