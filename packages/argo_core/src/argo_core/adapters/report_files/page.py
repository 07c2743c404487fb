"""The report as one page that needs nothing else: styles, plots and the script that draws them are inside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from argo_core.adapters.report_files import page_parts as parts
from argo_core.adapters.report_files.bare_page import bare_page, verdict_line
from argo_core.adapters.report_files.markup import Markup, safe
from argo_core.adapters.report_files.whole_file import write_whole
from argo_core.backtest.report import Report
from argo_core.backtest.report.text import said_period


def write_html(report: Report, file: Path) -> None:
    """Raises ConfigError where the extra is missing or the file cannot be written."""
    write_whole(file, html_page(report).encode())


def html_page(report: Report) -> str:
    """The whole page; it asks no other host for anything. Raises ConfigError where the extra is missing."""
    return bare_page(report.title, _head(report), _sections(report))


def _head(report: Report) -> Markup:
    links = [("figures", "Figures"), ("equity", "Equity"), ("months", "Months"), ("trades", "Trades")]
    links += [("signals", "Signals"), ("costs", "Costs"), ("decisions", "Decisions"), ("terms", "Terms")]
    listed = "".join(f'<li><a href="#{anchor}">{title}</a></li>' for anchor, title in links)
    return Markup(
        f"<header><h1>{safe(report.title)}</h1>"
        f'<p class="soft">{safe(said_period(report))}</p>'
        f'<nav aria-label="Parts of this report"><ul>{listed}</ul></nav>'
        f"{verdict_line(report.verdict.finding, report.verdict.sentence)}</header>"
    )


def _sections(report: Report) -> Iterator[Markup]:
    yield parts.figures_part(report)
    yield parts.equity_part(report)
    yield parts.months_part(report)
    yield parts.trades_part(report)
    yield parts.signals_part(report)
    yield parts.costs_part(report)
    if report.sensitivity is not None:
        yield parts.sensitivity_part(report.sensitivity)
    yield parts.decisions_part(report)
    yield parts.terms_part(report)
