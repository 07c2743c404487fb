"""A walk-forward as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from argo_core.backtest.report.text import curve_lines, figure_lines, said, said_interval, text_table
from argo_core.backtest.report.walk_forward_document import ForwardReport, WindowTold
from argo_core.model.search import Value

WINDOW_TITLES = (
    "judged on",
    "learned from",
    "chosen",
    "goal",
    "inside % a day",
    "outside",
    "in all %",
    "95 % interval",
    "",
)


def forward_lines(report: ForwardReport) -> Iterator[str]:
    """Terms, windows, the joined days with their intervals, and the verdict."""
    yield report.title
    yield forward_terms(report)
    yield ""
    yield from text_table(WINDOW_TITLES, [window_row(window) for window in report.windows])
    yield ""
    yield from curve_lines(report.curves)
    yield ""
    yield from figure_lines((report.beyond, report.efficiency))
    yield ""
    yield from forward_verdict(report)


def forward_terms(report: ForwardReport) -> str:
    """How it was walked, in one line."""
    kind = "anchored" if report.anchored else "rolling"
    gap = f", {report.gap_days} left out between" if report.gap_days else ""
    return (
        f"{kind}: {report.method} search of {report.space} for {report.goal} on {report.train_days} days{gap}, judged "
        f"on the next {report.test_days}; seed {report.seed}"
    )


def forward_verdict(report: ForwardReport) -> Iterator[str]:
    """What can be said of the joined days, and of how many trials they come."""
    yield f"Joined out of sample: {report.verdict.sentence}"
    yield (
        f"{report.trials:,} trials chose in {len(report.windows)} windows; {report.ever.bars:,} of anything were ever "
        "tried on any of these series. Trials inside a window do not touch the days that judge it: what the verdict "
        f"allows for is the number of walk-forwards looked at, {report.verdict.trials:,}."
    )


def window_row(window: WindowTold) -> tuple[str, ...]:
    """One window as cells, in the order of `WINDOW_TITLES`."""
    return (
        f"{window.judged_from} to {window.judged_to}",
        f"{window.learned_from} to {window.learned_to}",
        said_parameters(window.parameters),
        said(window.goal),
        f"{window.inside_day_pct:.4f}",
        f"{window.outside_day_pct:.4f}",
        said(window.outside.value),
        said_interval(window.outside),
        window.finding,
    )


def said_parameters(parameters: Mapping[str, Value]) -> str:
    """`fast=10 slow=30`."""
    return " ".join(
        f"{name}={value:.6g}" if isinstance(value, float) else f"{name}={value}" for name, value in parameters.items()
    )
