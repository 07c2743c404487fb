"""Which entries of the log belong to a stored record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from argo_core.model.ledger_places import DecisionPlace, SignalPlaces


class LedgerPlaces(Protocol):
    """Promise: answers as of one moment each; what was answered once only gains. Raises StoreError."""

    async def signal(self, signal_id: str) -> SignalPlaces | None:
        """None for a signal that is unknown, or was never sealed."""
        ...

    async def sealed(self, signal_ids: Sequence[str]) -> frozenset[str]:
        """Those of the given signals that are sealed in the log; at most 500 are asked about."""
        ...

    async def decision(self, decision_id: str) -> DecisionPlace | None:
        """None for a decision that is unknown."""
        ...

    async def day(self, date: str) -> tuple[bytes, ...]:
        """The records of all decisions of a UTC day, in the order in which the day's root is taken over them."""
        ...
