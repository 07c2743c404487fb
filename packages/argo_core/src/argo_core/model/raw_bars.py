"""Rows that claim to be bars: nothing about them is checked but their shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.errors import DataError
from argo_core.model.bars import Bars
from argo_core.model.instant import InstantArray
from argo_core.model.timeframe import Timeframe


@dataclass(frozen=True, slots=True, eq=False)
class RawBars:
    """T rows as they lie in a file, in its order: `start` and `end` `datetime64[us]` (T,) UTC, `values` float64 (5, T)
    as in `Bars`; any of them may be missing, twice there or absurd. Raises DataError `bad_shape`."""

    symbol: str
    timeframe: Timeframe
    start: InstantArray
    end: InstantArray
    values: NDArray[np.float64]

    def __post_init__(self) -> None:
        rows = self.start.shape
        if len(rows) != 1 or self.end.shape != rows or self.values.shape != (5, *rows):
            raise DataError(
                "bad_shape",
                f"{self.symbol}: expected times (T,) and values (5, T), got {rows}, {self.end.shape} and "
                f"{self.values.shape}",
            )

    @classmethod
    def of(cls, bars: Bars) -> RawBars:
        """Bars, to be looked at once more."""
        return cls(bars.symbol, bars.timeframe, bars.start, bars.end, bars.values)

    def __len__(self) -> int:
        return int(self.start.shape[0])

    def checked(self) -> Bars:
        """As bars. Raises DataError, as `Bars.of` does, for the first row that is none."""
        return Bars.of(self.symbol, self.timeframe, self.start, self.values, self.end)
