"""The door of the batch kernels: checked, time-major copies of a caller's symbol-major series, and the way back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from argo_core.errors import DataError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Squares of larger magnitudes overflow a float64, and no price or logarithm of a price comes near.
MAGNITUDE_LIMIT = 1e100


@dataclass(frozen=True, slots=True, eq=False)
class TimeMajor:
    """Series of S symbols as contiguous (T, S) arrays, shifted so that every column's first bar lies at index 0.

    Vectors over symbols are then contiguous, and all columns warm up at the same index, however long their history.
    `starts` (S,) is where each column began in the caller's panel; below a shifted column its last bar is repeated,
    which no earlier value can see. Kernels read `series` and never write to it: it may share the caller's memory.
    """

    series: tuple[Floats, ...]
    starts: Integers
    one_symbol: bool

    @classmethod
    def of(cls, *series: ArrayLike) -> TimeMajor:
        """Checks and turns one or more series of equal shape, (S, T) or (T,), time on the last axis.

        A row may begin with NaN (shorter history, right-aligned); all series of a row must begin together.
        Raises DataError: bad_shape, not_finite.
        """
        arrays = [np.asarray(values, dtype=np.float64) for values in series]
        shape = arrays[0].shape
        if len(shape) not in (1, 2) or any(array.shape != shape for array in arrays):
            raise DataError("bad_shape", "series must share one shape, (time,) or (symbols, time): align them first")
        columns = [np.ascontiguousarray(np.atleast_2d(array).T) for array in arrays]
        starts = _common_starts(columns)
        if starts.any():
            columns = [_shift_up(column, starts) for column in columns]
        return cls(tuple(columns), starts, len(shape) == 1)

    @property
    def lengths(self) -> Integers:
        """Bars of each symbol, (S,)."""
        lengths: Integers = self.series[0].shape[0] - self.starts
        return lengths

    def restore(self, values: Floats) -> Floats:
        """A kernel's (T, S) result in the caller's shape and alignment, NaN before each row's first bar.

        The result is a transposed view: reading all symbols at one time is contiguous, reading one symbol is strided.
        """
        placed = _shift_down(values, self.starts) if self.starts.any() else values
        return placed[:, 0] if self.one_symbol else placed.T


def require_period(name: str, period: int, least: int = 2) -> None:
    """Raises DataError `bad_period` for a period below `least` bars."""
    if period < least:
        raise DataError("bad_period", f"{name} is {period}: give a whole number of bars, {least} or more")


def require_finite(values: Floats) -> None:
    """Raises DataError `not_finite` when a value is NaN, infinite or beyond 1e100."""
    if not (np.abs(values) <= MAGNITUDE_LIMIT).all():
        raise DataError("not_finite", "a series holds NaN, infinity or a value beyond 1e100: repair the bar first")


def _common_starts(columns: list[Floats]) -> Integers:
    """Index of the first bar per column, (S,)."""
    time, symbols = columns[0].shape
    # One pair of comparisons refuses NaN, infinity and absurd magnitudes alike: NaN spreads, and fails each of them.
    if all(least >= -MAGNITUDE_LIMIT and most <= MAGNITUDE_LIMIT for least, most in map(_extremes, columns)):
        return np.zeros(symbols, dtype=np.int64)
    usable = [np.abs(column) <= MAGNITUDE_LIMIT for column in columns]
    ever = ~np.isnan(columns[0])
    starts: Integers = np.where(ever.any(axis=0), ever.argmax(axis=0), time).astype(np.int64)
    expected = np.arange(time)[:, None] >= starts
    for column, flags in zip(columns, usable, strict=True):
        wrong = (flags != expected) | (~expected & ~np.isnan(column))
        if wrong.any():
            row = int(wrong.any(axis=0).argmax())
            raise DataError(
                "not_finite",
                f"row {row}, index {int(wrong[:, row].argmax())}: NaN may only precede a row's first bar, in all "
                "series alike: repair the bar first",
            )
    return starts


def _extremes(column: Floats) -> tuple[float, float]:
    return float(column.min(initial=0.0)), float(column.max(initial=0.0))


def _shift_up(column: Floats, starts: Integers) -> Floats:
    time = column.shape[0]
    source = np.minimum(np.arange(time)[:, None] + starts, time - 1)
    # A row without any bar stays in the panel as zeros; `restore` turns it into NaN.
    shifted: Floats = np.nan_to_num(np.take_along_axis(column, source, axis=0), copy=False, nan=0.0)
    return shifted


def _shift_down(values: Floats, starts: Integers) -> Floats:
    source = np.arange(values.shape[0])[:, None] - starts
    shifted: Floats = np.take_along_axis(values, np.maximum(source, 0), axis=0)
    shifted[source < 0] = np.nan
    return shifted
