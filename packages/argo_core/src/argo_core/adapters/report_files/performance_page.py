"""A performance report as one page that needs nothing else: styles, plots and the script that draws them inside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from argo_core.adapters.report_files.bare_page import bare_page
from argo_core.adapters.report_files.markup import Markup, Text, paragraph, plot, safe, section, signed, table
from argo_core.adapters.report_files.performance_charts import (
    equity_of,
    outcomes_chart,
    results_chart,
    symbols_chart,
)
from argo_core.backtest.report.text import said, said_interval, said_title
from argo_core.reports.journal import Journal
from argo_core.reports.performance_report import PerformanceReport, ReportLine
from argo_core.reports.performance_text import said_line

SHOWN = 200
"""Trades on the page: the newest; the sheet has all."""
TRADE_TITLES = ("closed, UTC", "symbol", "side", "quantity", "entry", "exit", "by", "fees", "net", "net %")


def performance_page(report: PerformanceReport) -> str:
    """The whole page; it asks no other host for anything. Raises ConfigError where the extra is missing."""
    since = f"Up to {report.until:%Y-%m-%d %H:%M} UTC, made {report.generated_at:%Y-%m-%d %H:%M:%S} UTC."
    origin = Markup("") if report.origin is None else paragraph(report.origin, "verdict none")
    head = Markup(f'<header><h1>{safe(report.title)}</h1><p class="soft">{safe(since)}</p>{origin}</header>')
    return bare_page(f"{report.title} {report.ending}", head, _sections(report))


def _sections(report: PerformanceReport) -> Iterator[Markup]:
    for part in report.sections:
        rows = [(line.label, said_line(line), _interval(line)) for line in part.lines]
        titles = ("figure", "value", "95 % interval")
        yield section(part.key.replace("_", "-"), part.heading, table(part.heading, titles, rows))
    if report.days:
        yield from _signals(report)
    for number, journal in enumerate(report.journals):
        yield _journal(f"journal-{number}", journal)
    if not report.journals:
        yield section("journal", "Trade journal", paragraph("No account has reported a finished trade yet."))


def _signals(report: PerformanceReport) -> Iterator[Markup]:
    span = f"signals of {report.days[0].day} to {report.days[-1].day}"
    yield section("days", "Signals by day", plot("days", f"Outcomes by day, {span}", outcomes_chart(report)))
    yield section(
        "results",
        "Results",
        paragraph("Gross results of resolved signals, summed by the day of the signal; no account earned them."),
        plot("results", f"Sum of results, {span}", results_chart(report)),
    )
    rows: list[Sequence[Text]] = [
        (each.symbol, f"{each.signals:,}", f"{each.wins:,}", f"{each.losses:,}", signed(each.mean_pct))
        for each in report.symbols
    ]
    titles = ("symbol", "signals", "won", "lost", "mean result, %")
    yield section(
        "symbols",
        "Signals by symbol",
        plot("symbols", f"Outcomes by symbol, {span}", symbols_chart(report)),
        table("Signals by symbol", titles, rows),
    )


def _journal(anchor: str, journal: Journal) -> Markup:
    figures = [
        (said_title(each), said(each.value), said_interval(each), f"{each.count:,} {each.cases}")
        for each in journal.figures
    ]
    newest = journal.trades[: -SHOWN - 1 : -1]
    rows: list[Sequence[Text]] = [
        (f"{trade.closed_at:%Y-%m-%d %H:%M}", trade.symbol, trade.action, f"{trade.quantity:g}",
         f"{trade.entry_price:,.2f}", f"{trade.exit_price:,.2f}", trade.exit, f"{trade.fees:,.2f}", signed(entry.net),
         signed(trade.net_pct))
        for entry in newest
        for trade in (entry.trade,)
    ]  # fmt: skip
    said_capital = (
        f"Percentages of a capital of {journal.capital:,.2f}. Finished trades alone, after fees; ratios are of "
        "calendar days, a year has 365 of them, without a riskless rate."
    )
    return section(
        anchor,
        f"Trade journal of {journal.name}",
        paragraph(said_capital),
        table("Figures with 95 % intervals", ("figure", "value", "95 % interval", "of"), figures),
        plot(f"{anchor}-equity", f"Equity by day of {journal.name}", equity_of(journal)),
        table(f"Newest {len(newest):,} of {len(journal.trades):,} trades", TRADE_TITLES, rows, tall=True),
    )


def _interval(line: ReportLine) -> str:
    return "" if line.low is None or line.high is None else f"{line.low:.2f} to {line.high:.2f}"
