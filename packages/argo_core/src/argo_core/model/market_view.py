"""The market as it could be known at one instant: causality as a property of a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from argo_core.errors import DataError
from argo_core.model.bars import Bars
from argo_core.model.instant import NOT_A_TIME, InstantArray, require_utc, to_instant64
from argo_core.model.last_price import LastPrice


@dataclass(frozen=True, slots=True, eq=False)
class MarketView:
    """Bars of S symbols, none of which ends after `as_of`.

    `price` is float64 (S,): the newest known, a trade's or the last complete close, NaN where there is none;
    `price_at`: since when it is known. `doubtful`: symbols whose price may lie on the other side of a split than their
    bars; nothing is decided on them. `answered`: False where no vendor answered for this view, which then shows what is
    left from before.
    """

    as_of: datetime
    symbols: tuple[str, ...]
    bars: tuple[Bars, ...]
    price: NDArray[np.float64]
    price_at: InstantArray
    doubtful: frozenset[str] = frozenset()
    answered: bool = True

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

    def with_prices(self, known: Mapping[str, LastPrice]) -> MarketView:
        """This view with newer prices where there are some; one that is later than `as_of` could not be known yet."""
        price, price_at = self.price.copy(), self.price_at.copy()
        for row, symbol in enumerate(self.symbols):
            last = known.get(symbol)
            if last is None or last.at > self.as_of:
                continue
            at = to_instant64(last.at)
            if np.isnat(price_at[row]) or at > price_at[row]:
                price[row], price_at[row] = last.price, at
        return MarketView(self.as_of, self.symbols, self.bars, price, price_at, self.doubtful, self.answered)

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
            self.doubtful,
            self.answered,
        )

    def is_doubtful(self) -> NDArray[np.bool_]:
        """Which symbols are in `doubtful`, bool (S,)."""
        return np.array([symbol in self.doubtful for symbol in self.symbols], dtype=np.bool_)

    def __len__(self) -> int:
        return len(self.symbols)

    def age_seconds(self) -> NDArray[np.float64]:
        """Seconds between each price and `as_of`, float64 (S,); NaN where there is no price."""
        age = (to_instant64(self.as_of) - self.price_at).astype("timedelta64[us]")
        return np.where(np.isnat(age), np.nan, age.astype(np.float64) / 1e6)
