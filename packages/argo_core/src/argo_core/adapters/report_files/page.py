"""The report as one page that needs nothing else: styles, plots and the script that draws them are inside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from argo_core.adapters.report_files import page_parts as parts
from argo_core.adapters.report_files.extras import graphs
from argo_core.adapters.report_files.markup import Markup, joined, safe
from argo_core.adapters.report_files.whole_file import write_whole
from argo_core.backtest.report import Report
from argo_core.backtest.report.text import said_period

STYLES = Path(__file__).parent / "page.css"


def write_html(report: Report, file: Path) -> None:
    """Raises ConfigError where the extra is missing or the file cannot be written."""
    write_whole(file, html_page(report).encode())


def html_page(report: Report) -> str:
    """The whole page; it asks no other host for anything. Raises ConfigError where the extra is missing."""
    graphs()
    from plotly.offline import get_plotlyjs

    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<link rel="icon" href="data:,">',
            f"<title>{safe(report.title)}</title>",
            f"<style>{STYLES.read_text('utf-8')}</style>",
            f"<script>{get_plotlyjs()}</script>",
            "</head><body>",
            _head(report),
            f"<main>{joined(_sections(report))}</main>",
            "</body></html>",
        ]
    )


def _head(report: Report) -> Markup:
    kind = "evidence" if report.verdict.finding == "evidence" else "none"
    links = [("figures", "Figures"), ("equity", "Equity"), ("months", "Months"), ("trades", "Trades")]
    links += [("signals", "Signals"), ("costs", "Costs"), ("decisions", "Decisions"), ("terms", "Terms")]
    listed = "".join(f'<li><a href="#{anchor}">{title}</a></li>' for anchor, title in links)
    return Markup(
        f"<header><h1>{safe(report.title)}</h1>"
        f'<p class="soft">{safe(said_period(report))}</p>'
        f'<nav aria-label="Parts of this report"><ul>{listed}</ul></nav>'
        f'<p class="verdict {kind}">{safe(report.verdict.sentence)}</p></header>'
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
