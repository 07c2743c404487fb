"""The report on what signals and trades came to: headings and figures, whatever form they are written in."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from argo_core.model.performance import DayOutcomes, OutcomeCounts, ReportKind, SymbolOutcomes
from argo_core.reports.journal import Journal
from argo_core.reports.rates import rate

PREMIUM_CONFIDENCE = 95.0
TITLES = {ReportKind.WEEKLY: "Weekly", ReportKind.PREMIUM: "Premium", ReportKind.ALL_TIME: "All-Time"}


class ReportLine(msgspec.Struct, frozen=True, kw_only=True):
    """One figure. `unit`: count, rate (percent) or result (signed percent). `low` to `high` is Wilson's interval at
    95 %, of rates alone; `value` is None where there is nothing to say it of. `nested` stands below the line before."""

    key: str
    label: str
    unit: str
    value: float | None
    low: float | None = None
    high: float | None = None
    nested: bool = False


class ReportSection(msgspec.Struct, frozen=True, kw_only=True):
    """A heading with its figures."""

    key: str
    heading: str
    lines: tuple[ReportLine, ...]


class PerformanceReport(msgspec.Struct, frozen=True, kw_only=True):
    """A whole report. `until` is the moment that it looks back from; `origin` says so where prices were no market's.

    `days` and `symbols` are of the signals that it is about.
    """

    kind: ReportKind
    until: datetime
    generated_at: datetime
    origin: str | None
    sections: tuple[ReportSection, ...]
    days: tuple[DayOutcomes, ...]
    symbols: tuple[SymbolOutcomes, ...]
    journals: tuple[Journal, ...]

    @property
    def title(self) -> str:
        """What stands above it."""
        return f"Argo Capital {TITLES[self.kind]} Report"

    @property
    def ending(self) -> date:
        """The UTC day that it ends with."""
        return self.until.date()


class ReportCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What the sections are made of: the week's, the week's premium signals, all premium signals, all signals."""

    week: OutcomeCounts
    premium_week: OutcomeCounts
    premium: OutcomeCounts
    all_time: OutcomeCounts


def sections_of(kind: ReportKind, counts: ReportCounts) -> tuple[ReportSection, ...]:
    """The sections of a report of this kind, in order."""
    premium = _short("premium", f"PREMIUM SIGNALS ({PREMIUM_CONFIDENCE:.0f}%+ Confidence)", counts.premium_week)
    by_kind = {
        ReportKind.WEEKLY: (
            _full("week", "WEEKLY PERFORMANCE SUMMARY", counts.week),
            premium,
            _totals(counts.all_time),
        ),
        ReportKind.PREMIUM: (premium, _full("premium_all_time", "ALL-TIME PREMIUM SIGNALS", counts.premium)),
        ReportKind.ALL_TIME: (_totals(counts.all_time), _full("all_time", "ALL-TIME SUMMARY", counts.all_time)),
    }
    return by_kind[kind]


def _full(key: str, heading: str, counts: OutcomeCounts) -> ReportSection:
    lines = (
        _count("signals", "Total Signals Generated", counts.signals),
        _count("completed", "Completed Signals", counts.completed),
        _count("wins", "Wins", counts.wins, nested=True),
        _count("losses", "Losses", counts.losses, nested=True),
        _rate("win_rate", "Win Rate", counts),
        ReportLine(key="average_win", label="Average Win", unit="result", value=counts.average_win_pct),
        ReportLine(key="average_loss", label="Average Loss", unit="result", value=counts.average_loss_pct),
    )
    return ReportSection(key=key, heading=heading, lines=lines)


def _short(key: str, heading: str, counts: OutcomeCounts) -> ReportSection:
    lines = (
        _count("completed", "Total", counts.completed),
        _count("wins", "Wins", counts.wins),
        _rate("win_rate", "Premium Win Rate", counts),
    )
    return ReportSection(key=key, heading=heading, lines=lines)


def _totals(counts: OutcomeCounts) -> ReportSection:
    lines = (
        _count("completed", "Total Completed Signals", counts.completed),
        _count("wins", "Total Wins", counts.wins),
        _rate("win_rate", "All-Time Win Rate", counts),
    )
    return ReportSection(key="all_time_statistics", heading="ALL-TIME STATISTICS", lines=lines)


def _count(key: str, label: str, value: int, *, nested: bool = False) -> ReportLine:
    return ReportLine(key=key, label=label, unit="count", value=value, nested=nested)


def _rate(key: str, label: str, counts: OutcomeCounts) -> ReportLine:
    found = rate(counts.wins, counts.completed)
    value = 100.0 * counts.wins / counts.completed if counts.completed else None
    return ReportLine(key=key, label=label, unit="rate", value=value, low=found.low_pct, high=found.high_pct)
