"""News for open console pages: which cycle is durable now. Readers fetch what they need; only the cycle id travels."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from argo_core.pipeline import CycleReport


class Announcements:
    """One newest value per reader: a slow page skips cycles rather than queueing them."""

    def __init__(self) -> None:
        self._newest: str | None = None
        self._changed = asyncio.Event()
        self._closed = False

    def announce(self, report: CycleReport) -> None:
        """A cycle has become durable."""
        self._newest = report.record.cycle_id
        self._wake()

    def close(self) -> None:
        """End every stream, so that a shutdown does not wait for open pages."""
        self._closed = True
        self._wake()

    async def cycles(self, after: str | None = None) -> AsyncIterator[str]:
        """Ids of durable cycles as they come, starting with the newest unless it is `after`."""
        seen = after
        while not self._closed:
            changed = self._changed
            if self._newest is not None and self._newest != seen:
                seen = self._newest
                yield seen
                continue
            await changed.wait()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
