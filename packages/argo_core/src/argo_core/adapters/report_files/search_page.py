"""A search as one page: the map of its parameters, and the logits of overfitting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from argo_core.adapters.report_files.bare_page import bare_page, verdict_line
from argo_core.adapters.report_files.markup import Markup, paragraph, safe, section, table
from argo_core.adapters.report_files.page_parts import sensitivity_part
from argo_core.adapters.report_files.whole_file import write_whole
from argo_core.backtest.report.search_document import SearchReport
from argo_core.backtest.report.text import said
from argo_core.backtest.report.walk_forward_text import said_parameters


def write_search_html(report: SearchReport, file: Path) -> None:
    """Raises ConfigError where the extra is missing or the file cannot be written."""
    write_whole(file, search_page(report).encode())


def search_page(report: SearchReport) -> str:
    """The whole page. Raises ConfigError where the extra is missing."""
    states = ", ".join(f"{count:,} {state}" for state, count in report.states.items())
    tried = f"For {report.goal}: {states}; {report.counts.bars:,} of anything were ever tried on any of these series."
    said_so = (
        paragraph(f"Not judged: {report.not_judged}.", "verdict none")
        if report.verdict is None
        else verdict_line(report.verdict.finding, report.verdict.sentence)
    )
    head = Markup(f'<header><h1>{safe(report.title)}</h1><p class="soft">{safe(tried)}</p>{said_so}</header>')
    return bare_page(report.title, head, _sections(report))


def _sections(report: SearchReport) -> Iterator[Markup]:
    figures = tuple(report.best[0].figures) if report.best else ()
    rows = [
        (str(trial.number), said_parameters(trial.parameters), *(said(trial.figures.get(name)) for name in figures))
        for trial in report.best
    ]
    yield section("best", "Best trials", table("In sample", ("trial", "parameters", *figures), rows))
    yield sensitivity_part(report.sensitivity)
    if report.verdict is not None:
        yield section(
            "judged",
            "How it was judged",
            paragraph(
                f"The days of {report.judged_trials:,} trials were laid beside each other; the verdict allows for the "
                f"{report.verdict.trials:,} that were ever tried on these bars. argo walk-forward judges the same "
                "search on days that it never saw."
            ),
        )
