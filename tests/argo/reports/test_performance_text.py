"""The weekly text has the headings and figures that its readers know, to the letter."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from argo_core.model.performance import OutcomeCounts, ReportKind
from argo_core.reports.performance_report import PerformanceReport, ReportCounts, sections_of
from argo_core.reports.performance_text import performance_text

AT = datetime(2025, 1, 15, 23, 59, tzinfo=UTC)
NONE = OutcomeCounts(signals=0, completed=0, wins=0, losses=0, average_win_pct=None, average_loss_pct=None)


def counts(signals: int, wins: int, losses: int) -> OutcomeCounts:
    return OutcomeCounts(
        signals=signals,
        completed=wins + losses,
        wins=wins,
        losses=losses,
        average_win_pct=4.2349,
        average_loss_pct=-2.145001,
    )


FULL = ReportCounts(
    week=counts(247, 115, 83),
    premium_week=counts(95, 67, 22),
    premium=counts(1200, 700, 300),
    all_time=counts(4400, 2547, 1827),
)
EMPTY = ReportCounts(week=NONE, premium_week=NONE, premium=NONE, all_time=NONE)


def report(kind: ReportKind, told: ReportCounts, origin: str | None = None) -> PerformanceReport:
    return PerformanceReport(
        kind=kind, until=AT, generated_at=AT, origin=origin, sections=sections_of(kind, told), days=(), symbols=(),
        journals=(),
    )  # fmt: skip


def test_the_weekly_report_in_its_form() -> None:
    assert performance_text(report(ReportKind.WEEKLY, FULL)) == (
        "Argo Capital Weekly Report\n"
        "==========================\n"
        "Week ending: 2025-01-15\n"
        "Generated: 2025-01-15 23:59:00 UTC\n"
        "\n"
        "WEEKLY PERFORMANCE SUMMARY\n"
        "Total Signals Generated: 247\n"
        "Completed Signals: 198\n"
        "- Wins: 115\n"
        "- Losses: 83\n"
        "Win Rate: 58.08%\n"
        "Average Win: +4.23%\n"
        "Average Loss: -2.15%\n"
        "\n"
        "PREMIUM SIGNALS (95%+ Confidence)\n"
        "Total: 89\n"
        "Wins: 67\n"
        "Premium Win Rate: 75.28%\n"
        "\n"
        "ALL-TIME STATISTICS\n"
        "Total Completed Signals: 4,374\n"
        "Total Wins: 2,547\n"
        "All-Time Win Rate: 58.23%\n"
    )


def test_a_week_without_outcomes_has_no_rate_rather_than_a_nought() -> None:
    lines = performance_text(report(ReportKind.WEEKLY, EMPTY)).splitlines()
    assert [line for line in lines if line.endswith("n/a")] == [
        "Win Rate: n/a",
        "Average Win: n/a",
        "Average Loss: n/a",
        "Premium Win Rate: n/a",
        "All-Time Win Rate: n/a",
    ]


def test_prices_of_a_replay_are_said_to_be_one() -> None:
    assert performance_text(report(ReportKind.WEEKLY, EMPTY, "A replay.")).endswith("\n\nA replay.\n")


@pytest.mark.parametrize(
    ("kind", "headings"),
    [
        (ReportKind.PREMIUM, ["PREMIUM SIGNALS (95%+ Confidence)", "ALL-TIME PREMIUM SIGNALS"]),
        (ReportKind.ALL_TIME, ["ALL-TIME STATISTICS", "ALL-TIME SUMMARY"]),
    ],
)
def test_the_other_kinds_have_sections_of_their_own(kind: ReportKind, headings: list[str]) -> None:
    assert [section.heading for section in report(kind, FULL).sections] == headings


def test_a_rate_has_its_interval() -> None:
    rate = next(line for line in report(ReportKind.WEEKLY, FULL).sections[0].lines if line.key == "win_rate")
    assert (rate.value, rate.low, rate.high) == pytest.approx((58.0808, 51.1181, 64.7359), abs=1e-3)
