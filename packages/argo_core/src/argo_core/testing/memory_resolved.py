"""Resolved signals and trades, in lists."""

from __future__ import annotations

from collections.abc import Sequence

from argo_core.model.resolved import ResolvedSignal, RiskedTrade


class MemoryResolved:
    """`ports.ResolvedReader` over what it is given, oldest first. For tests, and for nothing else."""

    def __init__(self, resolved: Sequence[ResolvedSignal] = (), trades: Sequence[RiskedTrade] = ()) -> None:
        self.signals = list(resolved)
        self._trades = tuple(sorted(trades, key=lambda each: each.trade.closed_at))

    async def count(self) -> int:
        """How many signals are resolved."""
        return len(self.signals)

    async def resolved(self, limit: int) -> tuple[ResolvedSignal, ...]:
        """The newest `limit`, oldest first."""
        return tuple(self.signals[-limit:])

    async def risked_trades(self) -> tuple[RiskedTrade, ...]:
        """Every trade, in the order of closing."""
        return self._trades
