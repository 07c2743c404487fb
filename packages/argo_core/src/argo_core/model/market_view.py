"""The market as it could be known at one instant: causality as a property of a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from argo_core.errors import DataError
from argo_core.model.bars import Bars
from argo_core.model.instant import NOT_A_TIME, InstantArray, require_utc, to_instant64


@dataclass(frozen=True, slots=True, eq=False)
class MarketView:
    """Bars of S symbols, none of which ends after `as_of`.

    `price` is float64 (S,): the last complete close, NaN where a symbol has no bar yet; `price_at`: since when known.
    """

    as_of: datetime
    symbols: tuple[str, ...]
    bars: tuple[Bars, ...]
    price: NDArray[np.float64]
    price_at: InstantArray

    @classmethod
    def of(cls, history: Iterable[Bars], as_of: datetime) -> MarketView:
        """A view of any history: later bars are cut off. Raises DataError `duplicate_symbol` or `naive_time`."""
        instant = require_utc(as_of)
        limit = to_instant64(instant)
        cut = tuple(bars.first(int(bars.end.searchsorted(limit, side="right"))) for bars in history)
        symbols = tuple(bars.symbol for bars in cut)
        if len(set(symbols)) != len(symbols):
            raise DataError("duplicate_symbol", "a symbol appears twice in one view: merge its bars first")
        price = np.array([bars.values[3, -1] if len(bars) else np.nan for bars in cut], dtype=np.float64)
        known = np.array([bars.end[-1] if len(bars) else NOT_A_TIME for bars in cut], dtype="datetime64[us]")
        return cls(instant, symbols, cut, price, known)

    def first(self, count: int) -> MarketView:
        """The view of the first `count` symbols; this very one if there are no more."""
        return self if count >= len(self.symbols) else self.of_rows(np.arange(count))

    def of_rows(self, rows: NDArray[np.intp]) -> MarketView:
        """The view of the symbols at `rows`, in that order."""
        positions = rows.tolist()
        return MarketView(
            self.as_of,
            tuple(self.symbols[row] for row in positions),
            tuple(self.bars[row] for row in positions),
            self.price[rows],
            self.price_at[rows],
        )

    def __len__(self) -> int:
        return len(self.symbols)

    def age_seconds(self) -> NDArray[np.float64]:
        """Seconds between each price and `as_of`, float64 (S,); NaN where there is no price."""
        age = (to_instant64(self.as_of) - self.price_at).astype("timedelta64[us]")
        return np.where(np.isnat(age), np.nan, age.astype(np.float64) / 1e6)
