"""A small report with everything in it."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from argo_core.model.performance import DayOutcomes as Day
from argo_core.model.performance import OutcomeCounts, ReportKind, SymbolOutcomes
from argo_core.reports.journal import journals
from argo_core.reports.performance_report import PerformanceReport, ReportCounts, sections_of
from argo_core.testing.contracts.execution_reports import TRADE
from argo_core.testing.sample_cycles import MOMENT

COUNTS = OutcomeCounts(signals=7, completed=5, wins=3, losses=2, average_win_pct=2.5, average_loss_pct=-1.25)
TRADES = tuple(
    msgspec.structs.replace(TRADE, trade_id=f"t{number}", closed_at=MOMENT + timedelta(days=number, hours=2))
    for number in range(3)
)


def sample_report(kind: ReportKind = ReportKind.WEEKLY, origin: str | None = None) -> PerformanceReport:
    """Two days, two symbols (one of them with a name that a page must escape), one account with three trades."""
    counts = ReportCounts(week=COUNTS, premium_week=COUNTS, premium=COUNTS, all_time=COUNTS)
    return PerformanceReport(
        kind=kind,
        until=MOMENT,
        generated_at=MOMENT,
        origin=origin,
        sections=sections_of(kind, counts),
        days=(
            Day(day="2026-03-01", signals=4, wins=2, losses=1, gross_pct=3.75),
            Day(day="2026-03-02", signals=3, wins=1, losses=1, gross_pct=-0.5),
        ),
        symbols=(
            SymbolOutcomes(symbol="=1+1<b>", signals=3, wins=1, losses=0, mean_pct=None),
            SymbolOutcomes(symbol="AAPL", signals=4, wins=2, losses=2, mean_pct=0.8125),
        ),
        journals=journals(TRADES, 100_000.0, 0),
    )
