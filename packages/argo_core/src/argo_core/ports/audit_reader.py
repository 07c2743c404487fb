"""The rows that the log's entries are about, for a full audit."""

from __future__ import annotations

from typing import Protocol

from argo_core.model.ledger import DayRoot, DueTrade
from argo_core.model.ledger_audit import RealisedRow, SealedRow


class AuditReader(Protocol):
    """Promise: the rows as they are stored now, not as they were remembered. Raises StoreError."""

    async def sealed(self, after: int, limit: int) -> tuple[SealedRow, ...]:
        """At most `limit` sealed signals whose leaf index is larger than `after` (-1: from the first), in its order."""
        ...

    async def realised(self, after: int, limit: int) -> tuple[RealisedRow, ...]:
        """At most `limit` logged trades whose leaf index is larger than `after` (-1: from the first), in its order."""
        ...

    async def unlogged(self, limit: int) -> tuple[DueTrade, ...]:
        """At most `limit` trades that are marked as told without an entry, although their signal has one."""
        ...

    async def day(self, date: str) -> DayRoot:
        """The decisions of that UTC day, their root computed anew."""
        ...
