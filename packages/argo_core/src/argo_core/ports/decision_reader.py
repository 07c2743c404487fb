"""What can be read of the decisions, published or not."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from argo_core.model.cycle import CycleSummary
from argo_core.model.decision import Decision
from argo_core.model.query import DecisionQuery, Page


class DecisionReader(Protocol):
    """Promise: reads see every append that returned before the call. Any number at a time. Raises StoreError."""

    async def decisions(self, query: DecisionQuery) -> Page[Decision]: ...

    async def cycles(self, limit: int) -> tuple[CycleSummary, ...]:
        """The newest cycles, newest first; `limit` 1–500."""
        ...

    async def cycle_minutes(self, start: datetime, end: datetime) -> tuple[tuple[datetime, int], ...]:
        """How many cycles decided in each minute from `start` on and before `end` (aware, UTC), in order; minutes
        without one are left out."""
        ...
