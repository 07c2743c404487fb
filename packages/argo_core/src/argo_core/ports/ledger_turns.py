"""Turns at the log, where several processes write it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from argo_core.model.log_growth import LogGrowth


class LedgerTurns(Protocol):
    """Promise: while one holds the turn nobody else appends to the log, in whatever process.

    The turn is a transaction of the store: what is written first inside it ends it, durably, and then others may
    begin; a block that writes nothing, or raises, leaves nothing. Who comes waits, seconds at most.
    A holder that stops working loses the turn, and what it writes afterwards is refused with StoreError. One turn at a
    time in a task, and tasks that were started inside it have no part in it. Raises StoreError, cause kept.
    """

    def mine(self, since: int = 0) -> AbstractAsyncContextManager[LogGrowth]:
        """The block is ours. Yields what the log gained behind its first `since` entries, as it is stored then: its
        cost follows from that, and from nothing else that the log holds. Of more than some thousands of entries it
        yields none, only sizes and roots."""
        ...
