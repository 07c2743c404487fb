"""The report's tables as heads and rows, the same for sheets and CSV. Times are UTC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from argo_core.backtest.report import Report
from argo_core.backtest.report.document import TradeRow

Cell = str | int | float | date | datetime | None


class Table(NamedTuple):
    """A name, titles, and rows as wide as they."""

    name: str
    head: tuple[str, ...]
    rows: list[tuple[Cell, ...]]


def headline_table(report: Report) -> Table:
    """One row for each figure of each contender, the account's first; then what frames them."""
    head = ("of", "figure", "key", "unit", "value", "low", "high", "interval", "count", "cases")
    others = [(curve.name, curve.figures) for curve in report.curves[1:]]
    rows: list[tuple[Cell, ...]] = [
        (name, each.title, each.key, each.unit, each.value, each.low, each.high, each.interval, each.count, each.cases)
        for name, figures in [(report.curves[0].name, report.figures), *others]
        for each in figures
    ]
    return Table("headline", head, rows)


def equity_table(report: Report) -> Table:
    """One row a day: equity and distance from the highest, of each contender."""
    names = [curve.name for curve in report.curves]
    head = ("day", *(f"{name}: equity" for name in names), *(f"{name}: below highest, %" for name in names))
    columns: list[Sequence[Cell]] = [report.days, *(curve.equity for curve in report.curves)]
    columns += [curve.drawdown_pct for curve in report.curves]
    return Table("equity", head, list(zip(*columns, strict=True)))


def trades_table(report: Report) -> Table:
    """One row for each finished trade, in the order in which they closed."""
    names = TradeRow.__struct_fields__
    return Table("trades", tuple(names), [tuple(getattr(trade, name) for name in names) for trade in report.trades])


def monthly_table(report: Report) -> Table:
    """One row for each month."""
    rows: list[tuple[Cell, ...]] = [(each.year, each.month, each.return_pct, each.hold_pct) for each in report.months]
    return Table("monthly", ("year", "month", "return, %", "buy and hold, %"), rows)


def decisions_table(report: Report) -> Table:
    """What was decided how often: published, vetoed by which rule, denied by which layer."""
    rows: list[tuple[Cell, ...]] = [(each.stage, each.name, each.count) for each in report.decisions]
    return Table("decisions", ("stage", "what", "count"), rows)
