"""What the lab learns from."""

from __future__ import annotations

from typing import Protocol

from argo_core.model.resolved import ResolvedSignal, RiskedTrade


class ResolvedReader(Protocol):
    """Promise: reads see every write that returned before the call. Any number at a time. Raises StoreError."""

    async def count(self) -> int:
        """How many signals are resolved."""
        ...

    async def resolved(self, limit: int) -> tuple[ResolvedSignal, ...]:
        """The newest `limit` ≥ 1 resolved signals, in the order in which they were resolved, oldest first."""
        ...

    async def risked_trades(self) -> tuple[RiskedTrade, ...]:
        """Every finished trade that executors reported, in the order in which they closed."""
        ...
