"""What can be read of the log of entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from argo_core.model.ledger import StoredCheckpoint


class LedgerReader(Protocol):
    """Promise: reads see every append that returned before the call; what was read once never changes.

    Any number at a time. Raises StoreError.
    """

    async def checkpoint(self, at_most: int | None = None) -> StoredCheckpoint | None:
        """The newest one, or the newest whose size is at most that; None if there is none."""
        ...

    async def checkpoint_after(self, size: int) -> StoredCheckpoint | None:
        """The oldest one that is larger than `size`; None if there is none."""
        ...

    async def entries(self, start: int, limit: int) -> tuple[bytes, ...]:
        """At most `limit` (1 to 2,000) entries from index `start`, in order."""
        ...

    async def hashes(self, positions: Sequence[int]) -> Mapping[int, bytes]:
        """Stored hashes by position; those that are not stored are absent."""
        ...
