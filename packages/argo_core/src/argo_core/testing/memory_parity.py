"""Comparisons of live days with their replays in a list."""

from __future__ import annotations

from argo_core.errors import DataError
from argo_core.model.parity import ParityReport
from argo_core.model.query import Page


class MemoryParityReports:
    """`ParityReports`. For tests, and for nothing else."""

    def __init__(self) -> None:
        self.stored: list[ParityReport] = []

    async def append(self, report: ParityReport) -> None:
        self.stored.append(report)

    async def reports(self, limit: int, before: int | None = None) -> Page[ParityReport]:
        if not 1 <= limit <= 500:
            raise DataError("bad_limit", f"a page of {limit} rows: ask for 1 to 500")
        end = len(self.stored) if before is None else min(before - 1, len(self.stored))
        first = max(end - limit, 0)
        return Page(items=tuple(reversed(self.stored[first:end])), next_before=first + 1 if first else None)

    async def newest(self) -> tuple[ParityReport, ...]:
        last = {report.executor_id: report for report in self.stored}
        return tuple(last[name] for name in sorted(last))

    async def of_day(self, day: str, executor_id: str) -> ParityReport | None:
        found = [one for one in self.stored if (one.day, one.executor_id) == (day, executor_id)]
        return found[-1] if found else None
