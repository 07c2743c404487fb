"""A market as a vendor knows it: what every peer serves, each in its own form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Trade:
    """The newest price of a symbol and when it was made."""

    price: float
    at: datetime


@dataclass(frozen=True, eq=False)
class Rows:
    """T bars: `start` in seconds since 1970, `values` (5, T) open, high, low, close, volume."""

    start: NDArray[np.int64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.start)

    def between(self, first: float, last: float) -> Rows:
        """Those that start in [first, last], seconds since 1970."""
        kept = (self.start >= first) & (self.start <= last)
        return Rows(self.start[kept], self.values[:, kept])

    def followed_by(self, start: int, row: tuple[float, float, float, float, float]) -> Rows:
        """These and one more."""
        return Rows(np.append(self.start, start), np.column_stack([self.values, row]))

    def page(self, place: int, size: int) -> list[tuple[int, dict[str, float]]]:
        """`size` rows from `place` on: the start, and o, h, l, c, v."""
        columns = self.values[:, place : place + size].T.tolist()
        starts = self.start[place : place + size].tolist()
        return [(start, dict(zip("ohlcv", row, strict=True))) for start, row in zip(starts, columns, strict=True)]


EMPTY = Rows(np.empty(0, np.int64), np.empty((5, 0)))


class Quotes(Protocol):
    """Symbols are ours (`BRK.B`, `BTC-USD`). Only what `symbols` names may be asked for."""

    @property
    def symbols(self) -> tuple[str, ...]: ...

    def bars(self, symbol: str, seconds: int, first: float, last: float) -> Rows:
        """Bars that start in [first, last], the one under way included."""
        ...

    def last(self, symbol: str) -> Trade: ...
