"""A record of trades from a table that a person has: comma-separated text."""

from __future__ import annotations

import csv
import math

from argo_core.errors import DataError


def r_multiples_of_file(content: bytes) -> list[float]:
    """As `r_multiples`, of a file's content. Raises DataError `bad_table` for one that is no text."""
    try:
        return r_multiples(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError("bad_table", "a table of trades is comma-separated text in UTF-8: this file is not") from error


def r_multiples(text: str) -> list[float]:
    """What each trade brought in multiples of what it risked, in the order of the rows.

    The head names `r`, or `profit` and `risk` (> 0) in one currency; other columns are ignored.
    Raises DataError: bad_table without these columns, bad_trade for a row that is no number (named by its line).
    """
    table = csv.DictReader(text.lstrip("\ufeff").splitlines())
    names = {name.strip().lower(): name for name in table.fieldnames or ()}
    if "r" not in names and not {"profit", "risk"} <= names.keys():
        raise DataError("bad_table", "a table of trades needs a column r, or the columns profit and risk")
    found = []
    for row in table:
        if "r" in names:
            multiple = _number(row[names["r"]], table.line_num)
        else:
            risk = _number(row[names["risk"]], table.line_num)
            if risk <= 0:
                raise DataError("bad_trade", f"line {table.line_num}: a trade risks {risk}: give an amount above 0")
            multiple = _number(row[names["profit"]], table.line_num) / risk
        found.append(multiple)
    return found


def _number(text: str | None, line: int) -> float:
    try:
        value = float(text or "")
    except ValueError as error:
        raise DataError("bad_trade", f"line {line}: {text!r} is no number") from error
    if not math.isfinite(value):
        raise DataError("bad_trade", f"line {line}: {text!r} is no finite number")
    return value
