"""Where comparisons of live days with their replays are kept."""

from __future__ import annotations

from typing import Protocol

from argo_core.model.parity import ParityReport
from argo_core.model.query import Page


class ParityReports(Protocol):
    """Promise: append-only, durable when it returns; a day that is compared again is one more report. Reads see every
    append that returned before the call. One writer, any number of readers. Raises StoreError, DataError `bad_limit`.
    """

    async def append(self, report: ParityReport) -> None: ...

    async def reports(self, limit: int, before: int | None = None) -> Page[ParityReport]:
        """Newest first; `before` is the cursor of the previous page (exclusive)."""
        ...

    async def newest(self) -> tuple[ParityReport, ...]:
        """The last report of each executor, by executor."""
        ...

    async def of_day(self, day: str, executor_id: str) -> ParityReport | None:
        """The last report of that executor on that day (`YYYY-MM-DD`), None without one."""
        ...
