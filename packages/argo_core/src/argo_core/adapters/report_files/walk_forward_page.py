"""A walk-forward as one page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from argo_core.adapters.report_files.bare_page import bare_page, verdict_line
from argo_core.adapters.report_files.charts import days_chart
from argo_core.adapters.report_files.markup import Markup, paragraph, plot, safe, section, table
from argo_core.adapters.report_files.whole_file import write_whole
from argo_core.backtest.report.text import said, said_interval, said_title
from argo_core.backtest.report.walk_forward_document import ForwardReport
from argo_core.backtest.report.walk_forward_text import WINDOW_TITLES, forward_terms, forward_verdict, window_row


def write_forward_html(report: ForwardReport, file: Path) -> None:
    """Raises ConfigError where the extra is missing or the file cannot be written."""
    write_whole(file, forward_page(report).encode())


def forward_page(report: ForwardReport) -> str:
    """The whole page. Raises ConfigError where the extra is missing."""
    head = Markup(
        f'<header><h1>{safe(report.title)}</h1><p class="soft">{safe(forward_terms(report))}</p>'
        f"{verdict_line(report.verdict.finding, report.verdict.sentence)}</header>"
    )
    return bare_page(report.title, head, _sections(report))


def _sections(report: ForwardReport) -> Iterator[Markup]:
    names = tuple(curve.name for curve in report.curves)
    rows = [
        (said_title(own), *(f"{said(each.value)} ({said_interval(each)})" for each in (own, *others)))
        for own, *others in zip(*(curve.figures for curve in report.curves), strict=True)
    ]
    further = [(said_title(each), said(each.value), said_interval(each)) for each in (report.beyond, report.efficiency)]
    yield section(
        "joined",
        "Joined out of sample",
        table("With 95 % intervals from the same resampled days", ("figure", *names), rows),
        table("Beyond holding, and kept of what was seen inside", ("figure", "value", "95 % interval"), further),
        *(paragraph(line) for line in forward_verdict(report)),
        paragraph("Holding is shown without costs; the strategy pays its own, and leaves the market between windows."),
    )
    drawn = dict(zip(names, report.equity, strict=True))
    described = f"Equity of {' and '.join(names).lower()} from 100,000, {report.days[0]} to {report.days[-1]}"
    yield section("equity", "Equity", plot("equity", described, days_chart(report.days, drawn, "equity")))
    windows = [(each, *rest, finding) for each, *rest, finding in map(window_row, report.windows)]
    titles = (*WINDOW_TITLES[:-1], "finding")
    yield section("windows", "Windows", table("What was chosen inside, and what came outside", titles, windows))
