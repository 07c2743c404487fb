"""The door of the plain backtests: prices, windows and signals are checked here and nowhere behind it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from argo_core.errors import DataError
from argo_core.measures.panel import MAGNITUDE_LIMIT, Floats, Integers

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class PlainPrices:
    """Opens and closes, (symbols, bars), contiguous, each positive and at most 1e100; `largest` close (symbols,)."""

    opens: Floats
    closes: Floats
    largest: Floats

    @classmethod
    def of(cls, opens: ArrayLike, closes: ArrayLike) -> PlainPrices:
        """From (bars,) or (symbols, bars), oldest bar first. Raises DataError `bad_shape`, `bad_price`."""
        arrays = [_numbers(name, values) for name, values in (("opens", opens), ("closes", closes))]
        shape = arrays[0].shape
        if shape != arrays[1].shape or len(shape) not in (1, 2) or 0 in shape:
            raise DataError(
                "bad_shape",
                f"opens {arrays[0].shape} and closes {arrays[1].shape} must share one shape, (bars,) or (symbols, "
                "bars), with at least one bar",
            )
        first, second = (np.atleast_2d(array) for array in arrays)
        highest = [_checked(name, array) for name, array in (("open", first), ("close", second))]
        return cls(first, second, highest[1])


def _numbers(name: str, values: ArrayLike) -> Floats:
    array = np.asarray(values)
    if array.dtype.kind not in "iuf":
        raise DataError("bad_price", f"{name} hold {array.dtype}: give numbers")
    return np.asarray(array, dtype=np.float64, order="C")


def _checked(name: str, array: Floats) -> Floats:
    """Largest value of each row. NaN spreads through both extremes and fails the comparison."""
    least, most = array.min(axis=1), array.max(axis=1)
    bad = ~((least > 0) & (most <= MAGNITUDE_LIMIT))
    if bad.any():
        row = int(bad.argmax())
        index = int((~((array[row] > 0) & (array[row] <= MAGNITUDE_LIMIT))).argmax())
        raise DataError(
            "bad_price",
            f"symbol {row}, bar {index}: {name} is {array[row, index]}: a price is finite and above 0; repair or drop "
            "the bar",
        )
    largest: Floats = most
    return largest


def window_pairs(fast: ArrayLike, slow: ArrayLike) -> Integers:
    """Rows (fast, slow) from two whole numbers or two (pairs,) arrays. Raises DataError `bad_period`."""
    sides = [np.asarray(side) for side in (fast, slow)]
    if any(side.dtype.kind not in "iu" or side.ndim > 1 for side in sides) or any(side.size == 0 for side in sides):
        raise DataError("bad_period", "windows are whole numbers of bars: give one for each side, or a list of each")
    if len({side.size for side in sides if side.ndim}) > 1:
        raise DataError("bad_period", f"{sides[0].size} fast and {sides[1].size} slow windows: give as many of each")
    pairs = np.empty((max(side.size for side in sides), 2), dtype=np.int64)
    pairs[:, 0], pairs[:, 1] = sides
    wrong = (pairs[:, 0] < 1) | (pairs[:, 0] >= pairs[:, 1])
    if wrong.any():
        pair = pairs[int(wrong.argmax())]
        raise DataError(
            "bad_period", f"fast {pair[0]} and slow {pair[1]}: the fast window is 1 or more and the smaller"
        )
    return pairs


def signal_flags(entries: ArrayLike, exits: ArrayLike, symbols: int, bars: int) -> tuple[Flags, Flags]:
    """Both as contiguous (symbols, rules, bars). From (bars,), (symbols, bars) or (symbols, rules, bars).

    Raises DataError `bad_signals`.
    """
    sides = [np.asarray(side) for side in (entries, exits)]
    shape = sides[0].shape
    allowed = shape in ((bars,), (symbols, bars)) or (len(shape) == 3 and shape[::2] == (symbols, bars))
    if any(side.dtype != np.bool_ for side in sides) or shape != sides[1].shape or not allowed or 0 in shape:
        raise DataError(
            "bad_signals",
            f"entries {shape} and exits {sides[1].shape} must be arrays of bool of one shape: (bars,), (symbols, bars) "
            f"or (symbols, rules, bars) for {symbols} symbols and {bars} bars",
        )
    if len(shape) < 3:
        sides = [side.reshape(-1, 1, bars) for side in sides]
    if sides[0].shape[0] != symbols:
        raise DataError("bad_signals", f"signals of one symbol for {symbols} symbols: give a row for each")
    first, second = (np.ascontiguousarray(side) for side in sides)
    return first, second
