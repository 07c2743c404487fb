"""A report made of what the log holds."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime

from argo_core.model.performance import ReportKind, Span
from argo_core.ports.clock import Clock
from argo_core.ports.performance_reader import PerformanceReader
from argo_core.ports.resolved_reader import ResolvedReader
from argo_core.reports.journal import Journal, journals
from argo_core.reports.performance_report import PREMIUM_CONFIDENCE, PerformanceReport, ReportCounts, sections_of
from argo_core.reports.report_calendar import week_since


@dataclass(frozen=True, slots=True)
class ReportMaker:
    """`capital` > 0 is what each account's percentages are of; `seed` draws intervals; `origin` as in the report."""

    reader: PerformanceReader
    resolved: ResolvedReader
    clock: Clock
    capital: float
    seed: int
    origin: str | None

    async def make(self, kind: ReportKind, until: datetime) -> PerformanceReport:
        """What is known now of the signals up to `until`. Raises StoreError."""
        week = week_since(until)
        counts = ReportCounts(
            week=await self.reader.counts(_span(until, week)),
            premium_week=await self.reader.counts(_span(until, week, PREMIUM_CONFIDENCE)),
            premium=await self.reader.counts(_span(until, None, PREMIUM_CONFIDENCE)),
            all_time=await self.reader.counts(_span(until, None)),
        )
        told = {
            ReportKind.WEEKLY: _span(until, week),
            ReportKind.PREMIUM: _span(until, None, PREMIUM_CONFIDENCE),
            ReportKind.ALL_TIME: _span(until, None),
        }[kind]
        return PerformanceReport(
            kind=kind,
            until=until,
            generated_at=self.clock.now(),
            origin=self.origin,
            sections=sections_of(kind, counts),
            days=await self.reader.by_day(told),
            symbols=await self.reader.by_symbol(told),
            journals=await self.journals(),
        )

    async def journals(self) -> tuple[Journal, ...]:
        """Of every account that reported a finished trade. Raises StoreError."""
        trades = tuple(each.trade for each in await self.resolved.risked_trades())
        # Beside the event loop: the intervals of thousands of trades take a second.
        return await asyncio.to_thread(journals, trades, self.capital, self.seed)

    async def has_signals(self, until: datetime) -> bool:
        """Whether there is anything to report. Raises StoreError."""
        return (await self.reader.counts(_span(until, None))).signals > 0


def _span(until: datetime, since: date | None, least: float = 0.0) -> Span:
    return Span(since=since, until=until, min_confidence=least)
