"""Budgets as the live market uses them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from argo_core.ports.call_budget import CallBudget


class Limited(CallBudget, Protocol):
    """A budget whose rate may change while it is used. Raises ConfigError for one that allows nothing."""

    def limit(self, rate_per_second: float, burst: int) -> None: ...


class DayLimited(Limited, Protocol):
    """One that can be told of calls which others have made: how many seconds ago each, whatever was told before."""

    @property
    def quota_left(self) -> int | None: ...

    async def recall(self, ages_seconds: Sequence[float]) -> None: ...
