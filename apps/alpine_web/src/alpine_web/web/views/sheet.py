"""Rows as a file to take away: comma-separated, as a workbook, or as JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import xlsxwriter

from alpine_web.formula_guard import guarded

Cell = str | float | int | bool | datetime | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows` have a cell for each of `columns`. Moments are written as RFC 3339 UTC, what is not known stays empty."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def as_csv(sheet: Sheet) -> bytes:
    """RFC 4180 in UTF-8. A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(sheet.columns)
    writer.writerows([[guarded(_plain(cell)) for cell in row] for row in sheet.rows])
    return text.getvalue().encode()


def as_xlsx(sheet: Sheet) -> bytes:
    """One worksheet; texts stay texts, whatever they begin with."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"constant_memory": True}) as book:
        page = book.add_worksheet(sheet.name)
        page.freeze_panes(1, 0)
        for number, row in enumerate([sheet.columns, *sheet.rows]):
            for column, cell in enumerate(map(_plain, row)):
                if isinstance(cell, str):
                    page.write_string(number, column, cell)
                elif cell is not None:
                    page.write(number, column, cell)
    return made.getvalue()


def as_json(sheet: Sheet) -> bytes:
    """`{"columns": […], "rows": [{…}, …]}`."""
    rows = [dict(zip(sheet.columns, map(_plain, row), strict=True)) for row in sheet.rows]
    return msgspec.json.encode({"columns": sheet.columns, "rows": rows})


FORMS: Mapping[str, tuple[str, Callable[[Sheet], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "json": ("application/json", as_json),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
}
"""By the ending of the file: its type, and how it is written."""


def _plain(cell: Cell) -> str | float | int | bool | None:
    return cell.isoformat().replace("+00:00", "Z") if isinstance(cell, datetime) else cell
