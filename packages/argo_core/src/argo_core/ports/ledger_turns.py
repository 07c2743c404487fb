"""Turns at the log, where several processes write it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol


class LedgerTurns(Protocol):
    """Promise: while one holds the turn nobody else appends to the log, in whatever process.

    The turn is a transaction of the store: what is written first inside it ends it, durably, and then others may
    begin; a block that writes nothing, or raises, leaves nothing. Who comes waits, seconds at most.
    A holder that stops working loses the turn, and what it writes afterwards is refused with StoreError. One turn at a
    time in a task, and tasks that were started inside it have no part in it. Raises StoreError, cause kept.
    """

    def mine(self) -> AbstractAsyncContextManager[int]:
        """The block is ours. Yields how many entries the log has."""
        ...
