"""Rows to learn from and rows to be judged on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from argo_core.errors import DataError

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Row numbers, ascending; no row is in both."""

    train: Rows
    test: Rows


def label_ends(ends: ArrayLike) -> Rows:
    """Checked: for each of T rows, in the order of time, the last row that its label looks at, itself or a later one.

    A label that looks no further than its own row is `range(T)`; one that knows the return of the next five rows ends
    five rows later, at most at the last. Raises DataError: bad_shape, bad_order.
    """
    rows = np.asarray(ends)
    if rows.ndim != 1 or rows.size < 2 or rows.dtype.kind not in "iu":
        raise DataError("bad_shape", "label ends are row numbers, one for each of at least 2 rows")
    checked = rows.astype(np.int64)
    if (checked < np.arange(checked.size)).any() or (checked >= checked.size).any():
        raise DataError("bad_order", "a label ends before its own row or after the last one: give row numbers")
    return checked
