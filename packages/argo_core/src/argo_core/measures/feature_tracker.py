"""Features of the symbols of successive market views, at the cost of the new bars only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.measures.bank import IndicatorBank
from argo_core.measures.daily_readings import DailyReadings
from argo_core.measures.feature_panel import feature_panel
from argo_core.measures.features import Features
from argo_core.measures.panel import Floats, Integers
from argo_core.measures.price_jump import is_restated
from argo_core.measures.trend_readings import TrendReadings
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.bars import Bars
from argo_core.model.market_view import MarketView

YEAR_OF_SESSIONS, YEAR_OF_DAYS = 252, 365
LEAST_READINGS = 126
BULK_BARS = 64
LOAD_CELLS = 1 << 19  # bars in flight while histories are loaded: bounds memory
REMEMBERED = 96  # bars whose closes are held against a later word on them
LONG_AGO = np.datetime64("0001-01-01", "us")


@dataclass(frozen=True, slots=True, eq=False)
class BarRound:
    """One more bar of the symbols in `rows` (n,): readings are (n,); or, for a loaded history, (n, T), time last."""

    rows: Integers
    readings: TrendReadings


@dataclass(frozen=True, slots=True, eq=False)
class FeatureAdvance:
    """What a view added; `number` counts the views of a tracker from 1.

    `features` (S,) are as of each symbol's last bar; `rounds` the new bars in order; `restarted` bool (S,): symbols
    that are new to the tracker, or whose history is told otherwise now: theirs alone was loaded anew.
    """

    number: int
    features: Features
    rounds: tuple[BarRound, ...]
    restarted: NDArray[np.bool_]


class FeatureTracker:
    """Follows views of a growing history; features are taken on log prices.

    Advancing to the same view again answers the same value, so that several stages can share one tracker. Bars that a
    symbol has shown before are not read again; a view that drops symbols drops their state.
    """

    def __init__(self) -> None:
        self._symbols: tuple[str, ...] = ()
        self._bank = IndicatorBank(0)
        self._daily = DailyReadings(np.zeros(0, dtype=np.int64), LEAST_READINGS)
        self._known = np.zeros(0, dtype="datetime64[us]")
        self._read: list[Bars | None] = []
        self._view: MarketView | None = None
        self._latest: FeatureAdvance | None = None

    def advance(self, view: MarketView) -> FeatureAdvance:
        """The features at `view`. Raises DataError for bars that are not finite."""
        if self._latest is not None and view is self._view:
            return self._latest
        if view.symbols != self._symbols:
            self._restart(view.symbols)
        restated = self._restated(view)
        self._known = np.where(restated, LONG_AGO, self._known)
        restarted = self._known == LONG_AGO
        fresh = np.array([len(bars) for bars in view.bars], dtype=np.int64) - self._seen(view)
        whole = restarted & ((fresh > BULK_BARS) | restated)
        rounds = (*self._load(view, whole), *self._append(view, np.where(whole, 0, fresh)))
        # By the bars themselves: the view's newest price may be later than a bar that is complete and still on its way.
        shown = np.array([bars.end[-1] if len(bars) else LONG_AGO for bars in view.bars], dtype="datetime64[us]")
        for row in np.flatnonzero((shown >= self._known) & (shown > LONG_AGO)):
            self._read[row] = view.bars[row].last(REMEMBERED)
        self._known = np.maximum(self._known, shown)
        number = 1 if self._latest is None else self._latest.number + 1
        self._view, self._latest = view, FeatureAdvance(number, self._bank.snapshot(), rounds, restarted)
        return self._latest

    def _restart(self, symbols: tuple[str, ...]) -> None:
        self._symbols = symbols
        self._bank = IndicatorBank(len(symbols))
        days = np.array([days_of_year(symbol) for symbol in symbols], dtype=np.int64)
        self._daily = DailyReadings(days, LEAST_READINGS)
        self._known, self._read = np.full(len(symbols), LONG_AGO), [None] * len(symbols)

    def _seen(self, view: MarketView) -> Integers:
        """How many bars of each symbol end no later than the newest one that was read."""
        ends = zip(view.bars, self._known, strict=True)
        return np.array([int(bars.end.searchsorted(known, side="right")) for bars, known in ends], dtype=np.int64)

    def _restated(self, view: MarketView) -> NDArray[np.bool_]:
        """Whose newest bars that were read are told otherwise now, as all before a split are, and as those of a fault
        are when they are asked for again: what was made of them is void."""
        pairs = zip(self._read, view.bars, strict=True)
        return np.array([read is not None and is_restated(read, told) for read, told in pairs], dtype=np.bool_)

    def _load(self, view: MarketView, chosen: NDArray[np.bool_]) -> Iterator[BarRound]:
        """Whole histories at once: symbols of like length share a panel, right-aligned."""
        rows = np.flatnonzero(chosen)
        rows = rows[np.argsort([len(view.bars[row]) for row in rows], kind="stable")]
        while rows.size:
            longest = len(view.bars[rows[-1]])
            part, rows = rows[-max(1, LOAD_CELLS // longest) :], rows[: -max(1, LOAD_CELLS // longest)]
            high, low, close, day = _aligned([view.bars[row] for row in part], longest)
            self._bank.replay(part, high, low, close)
            panel = feature_panel(high, low, close)
            median, year_high = self._daily.load(part, day, panel.sigma20, close)
            yield BarRound(part, TrendReadings.of(panel, median, year_high))

    def _append(self, view: MarketView, fresh: Integers) -> Iterator[BarRound]:
        """New bars, one round of at most one bar per symbol at a time, oldest first."""
        while (fresh > 0).any():
            rows = np.flatnonzero(fresh > 0)
            bars = np.array([view.bars[row].values[1:4, -left] for row, left in zip(rows, fresh[rows], strict=True)])
            ends = np.array([view.bars[row].end[-left] for row, left in zip(rows, fresh[rows], strict=True)])
            high, low, close = np.log(bars.T)
            self._bank.append(rows, high, low, close)
            features = self._bank.snapshot()
            self._daily.update(rows, _day_number(ends), features.sigma20[rows], close)
            yield BarRound(
                rows, TrendReadings.live(features, rows, self._daily.median_volatility(), self._daily.high_close())
            )
            fresh = np.where(fresh > 0, fresh - 1, 0)


def days_of_year(symbol: str) -> int:
    """How many days with bars make the year that is looked back on."""
    return YEAR_OF_DAYS if asset_type_of(symbol) is AssetType.CRYPTO else YEAR_OF_SESSIONS


def _day_number(ends: NDArray[np.datetime64]) -> Integers:
    return ends.astype("datetime64[D]").astype(np.int64)


def _aligned(histories: list[Bars], length: int) -> tuple[Floats, Floats, Floats, Integers]:
    """Log highs, lows, closes (n, T) with leading NaN, and the day number of each bar (n, T), -1 before the first."""
    prices = np.full((3, len(histories), length), np.nan)
    day = np.full((len(histories), length), -1, dtype=np.int64)
    for row, bars in enumerate(histories):
        prices[:, row, length - len(bars) :] = np.log(bars.values[1:4])
        day[row, length - len(bars) :] = _day_number(bars.end)
    return prices[0], prices[1], prices[2], day
