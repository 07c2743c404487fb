"""Where the log of entries is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from argo_core.model.cycle import OutboxMessage
from argo_core.model.ledger import DayRoot, DueTrade, LedgerBatch, LedgerState
from argo_core.model.restored import Restored

NOTHING_RESTORED = Restored()


class LedgerStore(Protocol):
    """Promise: append-only, one writer. `append` stores entries, hashes and note of a batch in one transaction.

    A batch that does not begin exactly where the log ends raises StoreError and stores nothing; so there are never two
    notes for one size. When it returns, the batch survives a power cut. A batch that belongs to a cycle is stored by
    `SignalLog.append`, in the cycle's transaction, under the same promise. Raises StoreError, cause kept.
    """

    async def load(self) -> LedgerState:
        """The log's end as it is stored, and which sealed signals still lack a reveal or an outcome."""
        ...

    async def append(
        self, batch: LedgerBatch, outbox: Sequence[OutboxMessage] = (), restored: Restored = NOTHING_RESTORED
    ) -> None:
        """Store a batch that belongs to no cycle, and the messages that say so.

        `restored` are rows that came back with its entries: they are stored with it or not at all, and a signal or
        outcome that is there already raises StoreError.
        """
        ...

    async def days(self, before: str) -> tuple[DayRoot, ...]:
        """Every UTC day before `before` (`YYYY-MM-DD`) that has decisions and no entry over them, oldest first.

        The root is that of RFC 6962 over the decisions' records as stored, in the order of their appending.
        """
        ...

    async def unsealed(self) -> Mapping[str, tuple[str, ...]]:
        """By scheme, the hashes (hex) of signals without a seal that no `legacy` entry covers, in stored order."""
        ...

    async def trades_due(self, limit: int) -> tuple[DueTrade, ...]:
        """At most `limit` reported trades that no batch has named yet, in the order of their reporting.

        Not those whose signal is sealed and not revealed: they become due with its reveal, and hold up no other.
        """
        ...
