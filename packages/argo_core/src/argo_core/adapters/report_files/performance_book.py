"""A performance report as a workbook: figures, days, symbols, trades."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from argo_core.adapters.report_files.extras import sheets
from argo_core.adapters.report_files.performance_tables import performance_tables
from argo_core.adapters.report_files.rows import Cell, Table
from argo_core.reports.performance_report import PerformanceReport


def performance_book(report: PerformanceReport) -> bytes:
    """The file's content. Raises ConfigError where the extra is missing."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    with sheets().Workbook(content, options) as book:
        book.set_properties({"title": f"{report.title} {report.ending}", "created": report.generated_at})
        bold, moment = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for table in performance_tables(report):
            _add(book, table, bold, moment)
    return content.getvalue()


def _add(book: Any, table: Table, bold: Any, moment: Any) -> None:
    sheet = book.add_worksheet(table.name)
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(table.head):
        sheet.set_column(column, column, max(len(title) + 2, 12))
        sheet.write_string(0, column, title, bold)
    for line, row in enumerate(table.rows, 1):
        for column, cell in enumerate(row):
            _write(sheet, line, column, cell, moment)


def _write(sheet: Any, line: int, column: int, cell: Cell, moment: Any) -> None:
    """Text stays text, also where it begins like a formula; workbooks know no time zones, so times are UTC."""
    if isinstance(cell, datetime):
        sheet.write_datetime(line, column, cell.astimezone(UTC), moment)
    elif isinstance(cell, str):
        sheet.write_string(line, column, cell)
    elif isinstance(cell, int | float):
        sheet.write_number(line, column, cell)
