"""Rows that no bar can be: not finite, no price, high below low, twice there, out of order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from argo_core.model.bars import CLOSE, HIGH, LOW, VOLUME, malformed_rows
from argo_core.model.instant import from_instant64
from argo_core.model.raw_bars import RawBars
from argo_core.model.series_finding import Finding, Level

_WORDS = {
    "not_finite": "a price or the volume is missing or infinite",
    "bad_price": "a price is zero or negative; the amount is the lowest",
    "bad_volume": "the volume is negative",
    "bad_range": "low to high does not hold open and close; the amount is high less low",
    "duplicate": "the same bar is there more than once; the amount is the distance of their closes",
    "unsorted": "the bar lies behind a later one; the amount is by how many seconds",
    "bad_end": "the bar ends before it has begun",
}


def row_faults(series: str, rows: RawBars) -> Iterator[Finding]:
    """One error for each row and rule. A row whose time is missing is `not_finite`."""
    nowhere = np.isnat(rows.start) | np.isnat(rows.end)
    broken = dict(malformed_rows(rows.values))
    broken["not_finite"] = broken["not_finite"] | nowhere
    with np.errstate(invalid="ignore"):
        broken["bad_end"] = ~nowhere & (rows.end <= rows.start)
        broken["duplicate"], broken["unsorted"] = _repeated(rows.start), _behind(rows.start)
    for code, marked in broken.items():
        for row in np.flatnonzero(marked):
            yield Finding(
                series=series,
                code=code,
                level=Level.ERROR,
                at=None if nowhere[row] else from_instant64(rows.start[row]),
                amount=_amount(code, rows, int(row)),
                count=1,
                what=_WORDS[code],
            )


def is_sound(rows: RawBars) -> bool:
    """Whether these rows are bars."""
    return next(row_faults("", rows), None) is None


def _repeated(start: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    order = np.argsort(start, kind="stable")
    marked = np.zeros(len(start), np.bool_)
    marked[order[1:]] = start[order[1:]] == start[order[:-1]]
    return marked


def _behind(start: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    known = np.where(np.isnat(start), np.datetime64(0, "us"), start)
    marked: NDArray[np.bool_] = ~np.isnat(start) & (known < np.maximum.accumulate(known))
    return marked


def _amount(code: str, rows: RawBars, row: int) -> float | None:
    column = rows.values[:, row]
    match code:
        case "bad_price":
            found = float(column[:VOLUME].min())
        case "bad_volume":
            found = float(column[VOLUME])
        case "bad_range":
            found = float(column[HIGH] - column[LOW])
        case "duplicate":
            first = int(np.flatnonzero(rows.start == rows.start[row])[0])
            found = float(abs(column[CLOSE] - rows.values[CLOSE, first]))
        case "unsorted":
            found = float((rows.start[:row].max() - rows.start[row]) / np.timedelta64(1, "s"))
        case _:
            return None
    return found if np.isfinite(found) else None
