"""The report as lines of text: what fits a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from argo_core.backtest.report.document import Report
from argo_core.backtest.report.headline_figures import NamedFigures
from argo_core.measures.figure import Figure

NONE = "–"


def report_lines(report: Report) -> Iterator[str]:
    """Verdict, figures with intervals, contenders, costs, hit rates, and what was decided."""
    yield report.title
    yield said_period(report)
    yield ""
    yield report.verdict.sentence
    yield ""
    yield from figure_lines(report.figures)
    yield ""
    yield from text_table(("held against", "return %", "a year %", "Sharpe", "deepest fall %"), _contender_rows(report))
    yield from _chance(report)
    yield ""
    titles = ("costs", "trades", "return %", "Sharpe", "paid", "hold %")
    costs = [
        (f"{case.times:g} times", f"{case.trades:,}", said(case.return_pct), said(case.sharpe), said(case.paid),
         said(case.hold_return_pct))
        for case in report.costs
    ]  # fmt: skip
    yield from text_table(titles, costs)
    yield ""
    hits = [
        (f"{row.group} {row.key}", f"{row.count:,}", said(row.rate_pct), f"{row.low_pct:.1f} to {row.high_pct:.1f}")
        for row in report.hits
    ]
    yield from text_table(("signals that gained", "resolved", "%", "95 % interval"), hits)
    yield ""
    yield from text_table(
        ("decided", "what", "count"), [(each.stage, each.name, f"{each.count:,}") for each in report.decisions]
    )


def figure_lines(figures: Iterable[Figure]) -> Iterator[str]:
    """Figures with their intervals and cases, as a table."""
    yield from text_table(("figure", "value", "95 % interval", "of"), [_figure_row(figure) for figure in figures])


def curve_lines(curves: Sequence[NamedFigures]) -> Iterator[str]:
    """What several curves say, side by side, each figure with its interval."""
    columns = [[f"{said(each.value)} ({said_interval(each)})" for each in curve.figures] for curve in curves]
    titles = [said_title(each) for each in curves[0].figures]
    yield from text_table(
        ("with 95 % intervals", *(curve.name for curve in curves)), list(zip(titles, *columns, strict=True))
    )


def text_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The first column to the left, the others to the right."""
    widths = [max(len(line[place]) for line in (head, *rows)) for place in range(len(head))]
    for line in (head, ["─" * width for width in widths], *rows):
        first, *others = (cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        yield "  ".join([first.strip().ljust(widths[0]), *others]).rstrip()


def said_period(report: Report) -> str:
    """From when to when, of what, and where it comes from."""
    period = f"{report.days[0]} to {report.days[-1]}, {len(report.days):,} days, {len(report.data)} symbols"
    return f"{period}: {report.origin}"


def said(value: float | None) -> str:
    """A number as a reader wants it: two decimals, money in full, a dash for none."""
    if value is None:
        return NONE
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:,.2f}"


def said_interval(figure: Figure) -> str:
    """From low to high, or the only bound there is; a dash where there is no interval."""
    if figure.low is None:
        return NONE if figure.high is None else f"{said(figure.high)} or less"
    return f"{said(figure.low)} or more" if figure.high is None else f"{said(figure.low)} to {said(figure.high)}"


def said_title(figure: Figure) -> str:
    """The title with its unit."""
    return f"{figure.title}, {figure.unit}" if figure.unit else figure.title


def _figure_row(figure: Figure) -> tuple[str, ...]:
    return said_title(figure), said(figure.value), said_interval(figure), f"{figure.count:,} {figure.cases}"


def _contender_rows(report: Report) -> list[tuple[str, ...]]:
    wanted = ("return_pct", "annual_growth_pct", "sharpe", "max_drawdown_pct")
    found = []
    for curve in report.curves:
        values = {figure.key: figure.value for figure in curve.figures}
        found.append((curve.name, *(said(values[key]) for key in wanted)))
    return found


def _chance(report: Report) -> Iterator[str]:
    chance = report.chance
    if chance.own_pct is None:
        yield "Random entry: no finished trade to compare."
        return
    low, high = said(chance.low_pct), said(chance.high_pct)
    yield f"Random entry of the same {chance.trades:,} trades, {chance.draws:,} draws, sums of trades not compounded:"
    yield f"median {said(chance.median_pct)} %, 90 % of draws from {low} to {high} %;"
    yield f"the account's {said(chance.own_pct)} % beats {said(chance.beaten_pct)} % of them."
