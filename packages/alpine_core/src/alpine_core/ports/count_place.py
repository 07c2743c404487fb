"""Where the workers of one host tell each other what they have counted."""

from __future__ import annotations

from typing import Protocol

from alpine_core.model.worker_counts import WorkerCounts


class CountPlace(Protocol):
    """Promise: what was shared is seen by every worker that asks after it, whole, also when its worker has been killed;
    one that takes a dead worker's place goes on from its lasting counts. Raises StoreError."""

    def share(self, own: WorkerCounts) -> WorkerCounts:
        """Keep what this worker has counted since its start, and the counts of all, its own included."""
        ...

    def known(self, own: WorkerCounts) -> WorkerCounts:
        """The counts of all, of the others as far as they can be read; nothing is kept. Never raises."""
        ...
