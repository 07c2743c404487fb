"""How stored signals ended, for reports."""

from __future__ import annotations

from typing import Protocol

from argo_core.model.performance import DayOutcomes, OutcomeCounts, Span, SymbolOutcomes


class PerformanceReader(Protocol):
    """Promise: each answer is of one moment of the log and changes nothing; timestamps are compared as
    they were hashed. Raises StoreError. Any number at a time."""

    async def counts(self, span: Span) -> OutcomeCounts:
        """Over the whole span."""
        ...

    async def by_day(self, span: Span) -> tuple[DayOutcomes, ...]:
        """Oldest first; days without a signal are left out."""
        ...

    async def by_symbol(self, span: Span) -> tuple[SymbolOutcomes, ...]:
        """In order of symbols."""
        ...
