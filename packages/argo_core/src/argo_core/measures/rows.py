"""Checked choice of symbol numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from argo_core.errors import DataError
from argo_core.measures.bar_ring import Rows


def chosen_rows(rows: ArrayLike | None, symbols: int) -> tuple[Rows, int]:
    """`rows` as an index over `symbols` symbols, and how many it names. None, or all numbers in order, is a slice.

    Raises DataError `bad_rows` unless they are whole numbers within 0…symbols - 1, each at most once.
    """
    if rows is None:
        return slice(None), symbols
    given = np.asarray(rows)
    if given.ndim != 1 or (given.size and given.dtype.kind not in "iu"):
        raise DataError("bad_rows", "rows must be a list of symbol numbers: pass an integer array of one dimension")
    numbers = given.astype(np.int64)
    if numbers.size and (int(numbers.min()) < 0 or int(numbers.max()) >= symbols):
        raise DataError("bad_rows", f"rows must lie within 0…{symbols - 1}: grow the bank before feeding new symbols")
    order = np.arange(numbers.size)
    if numbers.size == symbols and np.array_equal(numbers, order):
        return slice(None), symbols
    # Each number keeps only its last writer: a number that was named twice loses one.
    writer = np.empty(symbols, dtype=np.int64)
    writer[numbers] = order
    if not np.array_equal(writer[numbers], order):
        raise DataError("bad_rows", "a row is named twice in one call: feed its bars one after the other")
    return numbers, int(numbers.size)
