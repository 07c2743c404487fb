"""Symbols and moments laid side by side: what is evaluated, as the one dimension that the live kernels work on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.backtest.history import History, Integers
from argo_core.backtest.readings import Readings
from argo_core.model.instant import InstantArray


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """N pairs of a symbol and a moment, by moment, then by volatility as a cycle orders its symbols.

    `row` and `moment` int64 (N,): which symbol and which moment; `place` int64 (N,): the newest bar in `Readings`;
    `names`, `as_of`, `price` (NaN: none) and `price_at` (N,). It is `Priced`, as a `MarketView` is.
    """

    row: Integers
    moment: Integers
    place: Integers
    names: tuple[str, ...]
    as_of: InstantArray
    price: NDArray[np.float64]
    price_at: InstantArray

    def __len__(self) -> int:
        return len(self.row)

    def age_seconds(self) -> NDArray[np.float64]:
        """Seconds between each price and its own moment; NaN where there is no price."""
        age = (self.as_of - self.price_at).astype("timedelta64[us]")
        return np.where(np.isnat(age), np.nan, age.astype(np.float64) / 1e6)

    def is_doubtful(self) -> NDArray[np.bool_]:
        """Nowhere: a recorded history has been told to its end."""
        return np.zeros(len(self), dtype=np.bool_)

    @property
    def bare(self) -> NDArray[np.bool_]:
        """Cells of a symbol before its first bar, bool (N,)."""
        missing: NDArray[np.bool_] = np.isnat(self.price_at)
        return missing

    def of(self, places: Integers) -> Cells:
        """The cells at these places, in that order."""
        return Cells(
            row=self.row[places],
            moment=self.moment[places],
            place=self.place[places],
            names=tuple(self.names[each] for each in places.tolist()),
            as_of=self.as_of[places],
            price=self.price[places],
            price_at=self.price_at[places],
        )


def evaluated_cells(history: History, readings: Readings, threshold: float) -> Cells:
    """The cells that cycles would evaluate: all but those whose price moved less than `threshold` (ratio) since their
    symbol's last evaluation, as `pipeline.select` decides it view by view."""
    asked = np.array([_asked(row.tolist(), threshold) for row in history.prices], dtype=np.bool_)
    return cells_where(history, readings, asked)


def cells_where(history: History, readings: Readings, asked: NDArray[np.bool_]) -> Cells:
    """The cells of `asked` bool (S, T), in the order in which cycles take their symbols."""
    prices, places = history.prices, readings.places(history)
    volatility = np.nan_to_num(readings.features.sigma20[places], nan=-1.0)
    row, moment = np.nonzero(asked)
    order = np.lexsort((row, -volatility[row, moment], moment))
    row, moment = row[order].astype(np.int64), moment[order].astype(np.int64)
    return Cells(
        row=row,
        moment=moment,
        place=places[row, moment],
        names=tuple(history.symbols[each] for each in row.tolist()),
        as_of=history.instants[moment],
        price=prices[row, moment],
        price_at=history.priced_at[row, moment],
    )


def _asked(prices: list[float], threshold: float) -> list[bool]:
    """One symbol through all moments: the price of the last evaluation is what the next is held against."""
    asked, last = [], float("nan")
    for price in prices:
        moved = not abs(price - last) < threshold * last
        asked.append(moved)
        if moved and price == price:
            last = price
    return asked
