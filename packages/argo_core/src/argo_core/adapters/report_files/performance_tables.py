"""A performance report as tables: its figures, days, symbols and trades."""

from __future__ import annotations

from datetime import UTC

from argo_core.adapters.report_files.rows import Cell, Table
from argo_core.reports.performance_report import PerformanceReport

TRADE_HEAD = (
    "executor", "mode", "symbol", "action", "opened", "closed", "quantity", "entry", "exit", "closed by", "fees",
    "gross", "net", "gross %", "net %", "trade", "signal",
)  # fmt: skip


def performance_tables(report: PerformanceReport) -> tuple[Table, ...]:
    """Figures first: the one that stands for the report as CSV."""
    return figures_table(report), _days(report), _symbols(report), trades_table(report)


def figures_table(report: PerformanceReport) -> Table:
    """One row for each figure of each section, then of each journal; shares and results in percent."""
    rows: list[tuple[Cell, ...]] = [
        (section.heading, line.key, line.label, line.unit, line.value, line.low, line.high)
        for section in report.sections
        for line in section.lines
    ]
    rows += [
        (f"journal of {journal.name}", each.key, each.title, each.unit, each.value, each.low, each.high)
        for journal in report.journals
        for each in journal.figures
    ]
    return Table("figures", ("section", "key", "figure", "unit", "value", "low", "high"), rows)


def _days(report: PerformanceReport) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (each.day, each.signals, each.wins, each.losses, each.gross_pct) for each in report.days
    ]
    return Table("days", ("day", "signals", "wins", "losses", "sum of results, %"), rows)


def _symbols(report: PerformanceReport) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (each.symbol, each.signals, each.wins, each.losses, each.mean_pct) for each in report.symbols
    ]
    return Table("symbols", ("symbol", "signals", "wins", "losses", "mean result, %"), rows)


def trades_table(report: PerformanceReport) -> Table:
    """One row for each finished trade, account by account, in the order in which they closed."""
    rows: list[tuple[Cell, ...]] = []
    for journal in report.journals:
        for entry in journal.trades:
            trade = entry.trade
            rows.append(
                (trade.executor_id, trade.mode, trade.symbol, trade.action, trade.opened_at.astimezone(UTC),
                 trade.closed_at.astimezone(UTC), trade.quantity, trade.entry_price, trade.exit_price, trade.exit,
                 trade.fees, entry.gross, entry.net, trade.gross_pct, trade.net_pct, trade.trade_id, trade.signal_id)
            )  # fmt: skip
    return Table("trades", TRADE_HEAD, rows)
