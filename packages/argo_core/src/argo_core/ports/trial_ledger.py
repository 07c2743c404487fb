"""Every trial that was ever run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from argo_core.model.search import SearchIdentity, Trial, TrialCounts


class TrialLedger(Protocol):
    """Promise: append-only and durable when `append` returns, all of it or nothing; reads see every append that
    returned before. A number of a search is stored once: a second one raises StoreError and stores nothing. Several
    writers, of other searches. Raises StoreError.
    """

    async def append(self, identity: SearchIdentity, trials: Sequence[Trial]) -> None: ...

    async def trials(self, search: str) -> tuple[Trial, ...]:
        """Those of one search, by number."""
        ...

    async def counts(self, identity: SearchIdentity) -> TrialCounts:
        """How many trials there ever were."""
        ...
