"""The report's tables as CSV: full precision, times in UTC as ISO 8601, an empty field for what cannot be said."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

from argo_core.adapters.report_files.rows import Cell, Table, equity_table, headline_table, trades_table
from argo_core.adapters.report_files.whole_file import write_whole
from argo_core.backtest.report import Report


def write_csv(report: Report, folder: Path) -> tuple[Path, ...]:
    """headline.csv, equity.csv and trades.csv in `folder`, which is made. Raises ConfigError."""
    written = []
    for table in (headline_table(report), equity_table(report), trades_table(report)):
        file = folder / f"{table.name}.csv"
        write_whole(file, csv_text(table).encode())
        written.append(file)
    return tuple(written)


def csv_text(table: Table) -> str:
    """RFC 4180, with a header."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table.head)
    writer.writerows([_field(cell) for cell in row] for row in table.rows)
    return text.getvalue()


def _field(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    # A sheet that opens the file would run a text that begins like a formula.
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") else str(cell)
