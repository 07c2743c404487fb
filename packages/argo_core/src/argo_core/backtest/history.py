"""The market of a backtest: whole histories, and which of their bars are complete at each moment that is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from argo_core.errors import DataError
from argo_core.model.bars import CLOSE, Bars
from argo_core.model.instant import NOT_A_TIME, InstantArray, from_instant64, to_instant64
from argo_core.model.market_view import MarketView

Integers = NDArray[np.int64]
NO_BAR = -1


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """S symbols at T moments. `instants` datetime64[us] (T,), rising: when the market is looked at; `last` int64
    (S, T): the newest bar of each symbol that is complete then, -1 before its first."""

    symbols: tuple[str, ...]
    bars: tuple[Bars, ...]
    instants: InstantArray
    last: Integers

    @classmethod
    def of(cls, bars: Sequence[Bars], instants: InstantArray) -> History:
        """Raises DataError: `no_symbols`, `duplicate_symbol`, `no_moments`; `bad_order` unless moments rise."""
        symbols = tuple(each.symbol for each in bars)
        if not symbols:
            raise DataError("no_symbols", "a backtest needs the bars of at least one symbol")
        if len(set(symbols)) != len(symbols):
            raise DataError("duplicate_symbol", "a symbol appears twice: merge its bars first")
        moments = np.asarray(instants, dtype="datetime64[us]")
        if not moments.size:
            raise DataError("no_moments", "no bar ends in the period: choose one that the history covers")
        if np.isnat(moments).any() or (np.diff(moments) <= np.timedelta64(0)).any():
            raise DataError("bad_order", "the moments of a backtest must rise, without repeats")
        last = np.array([each.end.searchsorted(moments, side="right") - 1 for each in bars], dtype=np.int64)
        return cls(symbols, tuple(bars), moments, last)

    @property
    def prices(self) -> NDArray[np.float64]:
        """The newest complete close at each moment, float64 (S, T); NaN before the first bar."""
        return np.array([self._newest(bars.values[CLOSE], row, np.nan) for row, bars in enumerate(self.bars)])

    @property
    def priced_at(self) -> InstantArray:
        """Since when that close has been known, datetime64[us] (S, T); NaT before the first bar."""
        known = [self._newest(bars.end, row, NOT_A_TIME) for row, bars in enumerate(self.bars)]
        return np.array(known, dtype="datetime64[us]")

    def of_symbol(self, symbol: str) -> NDArray[np.float64]:
        """One symbol's newest complete close at each moment, float64 (T,). Raises ValueError for an unknown one."""
        row = self.symbols.index(symbol)
        closes: NDArray[np.float64] = self._newest(self.bars[row].values[CLOSE], row, np.nan)
        return closes

    def _newest(self, values: NDArray[Any], row: int, missing: float | np.datetime64) -> NDArray[Any]:
        """One value per bar of a symbol → that of the newest complete bar at each moment, (T,)."""
        place = self.last[row]
        if not len(values):
            return np.full(len(place), missing, dtype=values.dtype)
        return np.where(place >= 0, values[np.maximum(place, 0)], np.asarray(missing, dtype=values.dtype))

    def view(self, moment: int) -> MarketView:
        """The market at one of the moments, as a live cycle sees it."""
        cut = [bars.first(int(place) + 1) for bars, place in zip(self.bars, self.last[:, moment], strict=True)]
        return MarketView.of(cut, from_instant64(self.instants[moment]))

    def moment_at_or_after(self, instant: np.datetime64) -> int:
        """The number of the first moment that is not earlier; T if there is none."""
        return int(self.instants.searchsorted(instant, side="left"))


def moments_of(bars: Sequence[Bars], begin: datetime | None, end: datetime | None) -> InstantArray:
    """Every instant in (begin, end] at which a bar of any symbol becomes complete; None is without a limit."""
    every = np.unique(np.concatenate([each.end for each in bars])) if bars else np.array([], dtype="datetime64[us]")
    first = 0 if begin is None else int(every.searchsorted(to_instant64(begin), side="right"))
    last = len(every) if end is None else int(every.searchsorted(to_instant64(end), side="right"))
    kept: InstantArray = every[first:last]
    return kept
