"""The report as a workbook: headline, equity, trades, monthly, decisions."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from argo_core.adapters.report_files.extras import workbooks
from argo_core.adapters.report_files.rows import (
    Cell,
    Table,
    decisions_table,
    equity_table,
    headline_table,
    monthly_table,
    trades_table,
)
from argo_core.adapters.report_files.whole_file import write_whole
from argo_core.backtest.report import Report

WIDEST = 40


def write_xlsx(report: Report, file: Path) -> None:
    """Raises ConfigError where the extra is missing or the file cannot be written."""
    book = workbooks().Workbook(write_only=True)
    book.properties.title = report.title
    for make in (headline_table, equity_table, trades_table, monthly_table, decisions_table):
        _add(book, make(report))
    content = io.BytesIO()
    book.save(content)
    write_whole(file, content.getvalue())


def _add(book: Any, table: Table) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(table.name)
    sheet.freeze_panes = "A2"
    for place, title in enumerate(table.head):
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(max(len(title) + 2, 12), WIDEST)
    sheet.append([_cell(sheet, title, Font(bold=True)) for title in table.head])
    for row in table.rows:
        sheet.append([_cell(sheet, each) for each in row])


def _cell(sheet: Any, value: Cell, font: Any = None) -> Any:
    """Text stays text, also where it begins like a formula; workbooks know no time zones, so times are UTC."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, _utc(value) if isinstance(value, datetime) else value)
    if isinstance(value, str):
        cell.data_type = "s"
    if font is not None:
        cell.font = font
    return cell


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
