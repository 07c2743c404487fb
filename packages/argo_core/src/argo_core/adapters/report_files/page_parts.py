"""The page's parts: each plot with the same as a table, for those who cannot see it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from argo_core.adapters.report_files import charts
from argo_core.adapters.report_files.markup import (
    Markup,
    Text,
    folded,
    joined,
    listed,
    paragraph,
    plot,
    section,
    signed,
    table,
)
from argo_core.backtest.report import Report
from argo_core.backtest.report.document import Month, Sensitivity
from argo_core.backtest.report.text import said, said_interval, said_title
from argo_core.measures.figure import Figure

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MOST_TRADES = 500
HOW = "Drag to enlarge, double-click to go back; choose lines in the legend."


def figures_part(report: Report) -> Markup:
    """Every headline figure with its interval and its cases; and the contenders' beside each other."""
    rows = [
        (said_title(each), said(each.value), said_interval(each), _cases(each), each.interval or "")
        for each in report.figures
    ]
    keys = [(each.key, said_title(each)) for each in report.curves[0].figures]
    by_curve = [{each.key: each for each in curve.figures} for curve in report.curves]
    beside = [
        (title, *(f"{said(own[key].value)} ({said_interval(own[key])})" for own in by_curve)) for key, title in keys
    ]
    return section(
        "figures",
        "Figures",
        table("The account, after costs", ("figure", "value", "95 % interval", "of", "interval by"), rows),
        paragraph("Held against, at the same costs, with 95 % intervals from the same resampled days:"),
        table("Contenders", ("figure", *(curve.name for curve in report.curves)), beside),
        paragraph(_chance(report)),
    )


def _cases(figure: Figure) -> str:
    return f"{figure.count:,} {figure.cases}"


def _chance(report: Report) -> str:
    chance = report.chance
    if chance.own_pct is None:
        return "Random entry: no finished trade to compare."
    low, middle, high = said(chance.low_pct), said(chance.median_pct), said(chance.high_pct)
    return (
        f"Random entry: the same {chance.trades:,} trades at {chance.draws:,} random times made {middle} % in the "
        f"middle, 90 % of draws from {low} to {high} % (sums of trades, not compounded). The account's "
        f"{said(chance.own_pct)} % beat {said(chance.beaten_pct)} % of them."
    )


def equity_part(report: Report) -> Markup:
    """Equity and distance from the highest."""
    names = [curve.name for curve in report.curves]
    ends = [place for place in range(len(report.days)) if _ends_month(report, place)]
    rows = [
        (
            str(report.days[place]),
            *(said(curve.equity[place]) for curve in report.curves),
            *(said(curve.drawdown_pct[place]) for curve in report.curves),
        )
        for place in ends
    ]
    head = ("day", *names, *(f"{name}: below highest, %" for name in names))
    return section(
        "equity",
        "Equity and drawdown",
        plot("equity", "Equity by day: " + ", ".join(names), charts.equity_chart(report)),
        plot("drawdown", "Distance below the highest equity by day, in percent", charts.drawdown_chart(report)),
        paragraph(HOW),
        folded("The ends of months as a table", table("Ends of months", head, rows, tall=True)),
    )


def _ends_month(report: Report, place: int) -> bool:
    return place + 1 == len(report.days) or report.days[place].month != report.days[place + 1].month


def months_part(report: Report) -> Markup:
    """Returns by month, one row a year."""
    return section(
        "months",
        "Months",
        table("Returns of the account, %", ("year", *MONTHS, "whole"), _years(report, lambda month: month.return_pct)),
        folded(
            "The same for buy and hold",
            table("Returns of holding, %", ("year", *MONTHS, "whole"), _years(report, lambda month: month.hold_pct)),
        ),
    )


def trades_part(report: Report) -> Markup:
    """Trades on prices, and as a table."""
    if not report.trades:
        return section("trades", "Trades", paragraph("No trade was finished."))
    last = report.trades[-MOST_TRADES:]
    note = f"{len(report.trades):,} trades" if len(last) == len(report.trades) else (
        f"The last {len(last):,} of {len(report.trades):,} trades; CSV and workbook hold all"
    )  # fmt: skip
    rows = [
        (
            f"{each.closed_at:%Y-%m-%d %H:%M}", each.symbol, each.action, f"{each.quantity:g}", said(each.entry_price),
            said(each.exit_price), each.exit, said(each.fees), signed(each.result), signed(each.net_pct),
        )
        for each in reversed(last)
    ]  # fmt: skip
    head = ("closed, UTC", "symbol", "side", "quantity", "entry", "exit", "by", "fees", "result", "net %")
    return section(
        "trades",
        "Trades",
        plot("trades", "Entries and exits on the closes of one symbol", charts.trades_chart(report)),
        paragraph(f"{HOW} The list at the top chooses the symbol, the most traded first{_left_out(report)}."),
        folded("Trades as a table", table(note, head, rows, tall=True)),
    )


def _left_out(report: Report) -> str:
    others = len({each.symbol for each in report.trades}) - len(report.prices)
    return f"; {others:,} that were traded less are in the table only" if others else ""


def signals_part(report: Report) -> Markup:
    """Whether confidence means what it says, and how often signals gained, by kind."""
    rows = [
        (f"{row.group} {row.key}", f"{row.count:,}", f"{row.hits:,}", said(row.rate_pct),
         f"{row.low_pct:.1f} to {row.high_pct:.1f}")
        for row in report.hits
    ]  # fmt: skip
    head = ("signals", "resolved", "gained", "%", "95 % interval")
    pairs = [
        (f"{each.from_pct:g} to {each.to_pct:g}", said(each.mean_confidence), f"{each.count:,}", said(each.rate_pct),
         f"{each.low_pct:.1f} to {each.high_pct:.1f}")
        for each in report.reliability
    ]  # fmt: skip
    names = ("confidence, %", "mean", "signals", "gained, %", "95 % interval")
    drawn = [plot("reliability", "Confidence against how often signals gained", charts.reliability_chart(report))]
    return section(
        "signals",
        "Signals",
        *(drawn if pairs else ()),
        folded("Reliability as a table", table("Reliability by band of confidence", names, pairs)),
        table("How often signals gained, gross, whoever traded them", head, rows, tall=True),
    )


def costs_part(report: Report) -> Markup:
    """The same signals at other costs."""
    rows = [
        (f"{case.times:g} times", f"{case.trades:,}", said(case.final_equity), said(case.return_pct), said(case.sharpe),
         said(case.max_drawdown_pct), said(case.paid), said(case.hold_return_pct))
        for case in report.costs
    ]  # fmt: skip
    head = ("costs", "trades", "final equity", "return %", "Sharpe", "deepest fall %", "paid", "hold, return %")
    return section("costs", "Costs", table("The same signals at other costs", head, rows))


def sensitivity_part(found: Sensitivity) -> Markup:
    """How the result hangs on its parameters, and how the best in sample did elsewhere."""
    rows = [(name, *(said(value) for value in row)) for name, row in zip(found.y, found.values, strict=True)]
    caption = f"{found.figure} by {found.y_name} (rows) and {found.x_name} (columns)"
    shown = [
        paragraph(f"{found.trials:,} trials were run in all; where several share a cell, the best is shown."),
        plot("sensitivity", caption, charts.sensitivity_chart(found)),
        folded("The same as a table", table(caption, (found.y_name, *found.x), rows, tall=True)),
    ]
    if found.logits:
        share = sum(logit <= 0 for logit in found.logits) / len(found.logits)
        said_so = (
            f"In {100 * share:.1f} % of {len(found.logits):,} splits the best in sample was no better than the middle"
        )
        shown += [
            paragraph(f"{said_so} out of sample: that share is the probability of overfitting."),
            plot("logits", f"{said_so} out of sample", charts.logits_chart(found)),
        ]
    return section("sensitivity", "Sensitivity and overfitting", *shown)


def decisions_part(report: Report) -> Markup:
    """What was decided, and what was refused by which rule."""
    rows = [(each.stage, each.name.replace("_", " "), f"{each.count:,}") for each in report.decisions]
    return section("decisions", "Decisions and vetoes", table("How often", ("stage", "what", "count"), rows))


def terms_part(report: Report) -> Markup:
    """What the figures rest on."""
    rows = [
        (each.symbol, each.timeframe, f"{each.bars:,}", f"{each.first or '–'}", f"{each.last or '–'}",
         Markup(f"<code>{each.sha256}</code>"))
        for each in report.data
    ]  # fmt: skip
    against = (
        joined([paragraph("Against evidence:"), listed(report.verdict.against)]) if report.verdict.against else None
    )
    return section(
        "terms",
        "Terms",
        *([against] if against else ()),
        listed(report.assumptions),
        paragraph(f"Made by {report.engine}, seed {report.seed}. Bars: {report.origin}."),
        folded("Bars by content", table("Bars", ("symbol", "timeframe", "bars", "first", "last", "SHA-256"), rows)),
    )


def _years(report: Report, of: Callable[[Month], float]) -> Iterator[tuple[Text, ...]]:
    for year in dict.fromkeys(month.year for month in report.months):
        returns = {month.month: of(month) for month in report.months if month.year == year}
        whole = 100.0 * (math.prod(1.0 + each / 100.0 for each in returns.values()) - 1.0)
        yield str(year), *(signed(returns.get(number)) for number in range(1, 13)), signed(whole)
