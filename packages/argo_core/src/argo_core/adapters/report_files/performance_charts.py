"""The plots of a performance report. Each is a plotly figure without title: the page names it."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from argo_core.adapters.report_files.charts import COLOURS, GONE, LAYOUT, LONG, SHORT, days_chart
from argo_core.adapters.report_files.extras import graphs
from argo_core.reports.journal import Journal
from argo_core.reports.performance_report import PerformanceReport


def outcomes_chart(report: PerformanceReport) -> Any:
    """Signals of each day by how they ended, one above the other."""
    days = report.days
    parts = (
        ("won", LONG, [each.wins for each in days]),
        ("lost", SHORT, [each.losses for each in days]),
        ("open", GONE, [each.signals - each.wins - each.losses for each in days]),
    )
    return _bars([each.day for each in days], parts, "signals")


def symbols_chart(report: PerformanceReport) -> Any:
    """The same by symbol."""
    symbols = report.symbols
    parts = (
        ("won", LONG, [each.wins for each in symbols]),
        ("lost", SHORT, [each.losses for each in symbols]),
        ("open", GONE, [each.signals - each.wins - each.losses for each in symbols]),
    )
    return _bars([each.symbol for each in symbols], parts, "signals")


def results_chart(report: PerformanceReport) -> Any:
    """The sum of gross results up to each day, by the day of the signal."""
    go = graphs()
    figure = go.Figure(layout=LAYOUT)
    totals = list(accumulate(each.gross_pct for each in report.days))
    line = {"color": COLOURS[0], "width": 2, "shape": "hv"}
    days = [each.day for each in report.days]
    figure.add_trace(go.Scatter(x=days, y=totals, name="sum of results", mode="lines+markers", line=line))
    figure.update_yaxes(title="sum of gross results, %")
    figure.update_xaxes(type="category")
    return figure


def equity_of(journal: Journal) -> Any:
    """What the account came to by the end of each day."""
    return days_chart(journal.days, {journal.name: journal.equity}, "equity")


def _bars(names: list[str], parts: tuple[tuple[str, str, list[int]], ...], axis: str) -> Any:
    go = graphs()
    figure = go.Figure(layout=LAYOUT | {"barmode": "stack"})
    for name, colour, counts in parts:
        figure.add_trace(go.Bar(x=names, y=counts, name=name, marker={"color": colour}))
    figure.update_yaxes(title=axis)
    figure.update_xaxes(type="category")
    return figure
