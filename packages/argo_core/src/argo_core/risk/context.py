"""What the last bars say about symbols together: how alike they move, how wild each of them is."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import msgspec
import numpy as np
from numpy.typing import NDArray

from argo_core.measures.correlation import pair_correlations, standardised
from argo_core.measures.panel import Floats
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.bars import Bar
from argo_core.model.instant import to_microseconds
from argo_core.model.timeframe import Timeframe

Instants = NDArray[np.int64]
KEPT_BARS, RETURNS, FEWEST = 90, 60, 30
_DAY_MICROSECONDS = 86_400_000_000
_SESSION_SECONDS = 23_400.0
_NOWHERE = (-1, -1)


class LastBars(msgspec.Struct, frozen=True):
    """One symbol's newest bars at one moment: `times` as in `Lane` and `closes`, the bytes of int64 and of float64.

    Bytes because they are taken at each moment, compared with other symbols' and seldom looked into.
    """

    timeframe: Timeframe
    times: bytes
    closes: bytes


@dataclass(frozen=True, eq=False)
class Lane:
    """Symbols whose bars stand at the same times. `closes` is (T, S); `times` (T,) are starts in microseconds, for
    daily bars the days. What is derived is worked out when it is first asked for, and kept."""

    timeframe: Timeframe
    symbols: tuple[str, ...]
    times: Instants
    closes: Floats

    @cached_property
    def returns(self) -> Floats:
        """(R, S) the last 60 returns."""
        return _returns(self.closes[-RETURNS - 1 :])

    @cached_property
    def moves(self) -> Floats:
        """(R, S) the same, standardised."""
        return standardised(self.returns)

    @cached_property
    def deviations(self) -> Floats:
        """(S,) the root mean square of the last 60 returns; NaN with fewer than 30, or where nothing moved."""
        return _deviations(self.returns)

    def by_day(self) -> tuple[Instants, Floats]:
        """The days (D,), and the last close of each, (D, S)."""
        days = self.times if self.timeframe.is_daily else self.times // _DAY_MICROSECONDS
        last = np.append(days[1:] != days[:-1], True)
        return days[last], self.closes[last]


@dataclass(frozen=True, eq=False)
class MarketContext:
    """The last bars of each symbol. `groups` names what a symbol belongs to, for where history is short.

    How a symbol moves, alone and with all others of a lane, is worked out when it is first asked for, and kept: nothing
    else ever changes here.
    """

    bars: Mapping[str, LastBars] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    _means: dict[str, float] = field(default_factory=dict)
    _columns: dict[tuple[int, str], Floats | None] = field(default_factory=dict)

    @cached_property
    def lanes(self) -> tuple[Lane, ...]:
        """The symbols by where their bars stand."""
        return tuple(_lanes(self.bars))

    @cached_property
    def places(self) -> Mapping[str, tuple[int, int]]:
        """The lane of each symbol, and its column there."""
        return {
            symbol: (row, column) for row, lane in enumerate(self.lanes) for column, symbol in enumerate(lane.symbols)
        }

    def correlations(self, symbol: str, others: Iterable[str]) -> Mapping[str, float]:
        """The shrunk correlation of returns with each other symbol, -1 to 1, over the last 60 returns both have.

        With fewer than 30 the groups answer: 1 for the same, 0 for different ones, NaN where one of them has none.
        """
        wanted, here = tuple(others), self.places.get(symbol)
        if here is None:
            return {other: self._by_group(symbol, other) for other in wanted}
        self._measure(here[0], wanted)
        return {other: self._correlation(symbol, here, other) for other in wanted}

    def correlation_table(self, symbols: Sequence[str], others: Sequence[str]) -> Floats:
        """(N, K) the same for many symbols at once."""
        table = np.full((len(symbols), len(others)), np.nan)
        found = [self.places.get(symbol, _NOWHERE) for symbol in symbols]
        lanes = np.fromiter((lane for lane, _ in found), np.intp, len(found))
        places = np.fromiter((place for _, place in found), np.intp, len(found))
        for lane in (lane for lane in np.unique(lanes).tolist() if lane >= 0):
            self._measure(lane, others)
            rows = np.flatnonzero(lanes == lane)
            for number, other in enumerate(others):
                column = self._columns.get((lane, other))
                if column is not None:
                    table[rows, number] = column[places[rows]]
        for row, place in np.argwhere(np.isnan(table)).tolist():
            table[row, place] = self._by_group(symbols[row], others[place])
        return table

    def calm(self, symbol: str) -> float | None:
        """The average volatility of the symbols with bars of the same length over that of this one; > 0, above 1 for a
        calm symbol. None where there are fewer than 30 returns or the price did not move."""
        deviation = self._deviation(symbol)
        if deviation is None:
            return None
        frame = self.lanes[self.places[symbol][0]].timeframe.name
        if frame not in self._means:
            alike = [lane.deviations for lane in self.lanes if lane.timeframe.name == frame]
            known = [value for each in alike for value in each.tolist() if value == value]
            self._means[frame] = sum(known) / len(known)
        return self._means[frame] / deviation

    def move_pct(self, symbol: str, seconds: float) -> float | None:
        """One standard deviation of the price over so many seconds of trading, in percent; None where unknown."""
        deviation = self._deviation(symbol)
        if deviation is None:
            return None
        frame = self.lanes[self.places[symbol][0]].timeframe
        session = frame.is_daily and asset_type_of(symbol) is not AssetType.CRYPTO
        traded = frame.seconds / 86_400 * _SESSION_SECONDS if session else float(frame.seconds)
        return 100.0 * deviation * math.sqrt(max(seconds, 0.0) / traded)

    def _deviation(self, symbol: str) -> float | None:
        place = self.places.get(symbol)
        if place is None:
            return None
        value = float(self.lanes[place[0]].deviations[place[1]])
        return None if math.isnan(value) else value

    def _correlation(self, symbol: str, here: tuple[int, int], other: str) -> float:
        column = self._columns.get((here[0], other))
        value = math.nan if column is None else float(column[here[1]])
        return self._by_group(symbol, other) if math.isnan(value) else value

    def _by_group(self, symbol: str, other: str) -> float:
        own, its = self.groups.get(symbol), self.groups.get(other)
        if symbol == other:
            return 1.0
        if own is None or its is None:
            return math.nan
        return 1.0 if own == its else 0.0

    def _measure(self, lane: int, others: Iterable[str]) -> None:
        """Work out how these symbols move with all of a lane, those of one lane together."""
        missing: dict[int, list[str]] = {}
        for other in others:
            if other in self.places and (lane, other) not in self._columns:
                missing.setdefault(self.places[other][0], []).append(other)
        for there, symbols in missing.items():
            places = [self.places[other][1] for other in symbols]
            block = _correlations(self.lanes[lane], self.lanes[there], places)
            for row, other in enumerate(symbols):
                self._columns[lane, other] = None if block is None else block[:, row]


NO_CONTEXT = MarketContext()


class ContextWindows:
    """The newest 90 bars of each symbol, taken as they come. Of a symbol with bars of several lengths the length seen
    last counts."""

    def __init__(self, groups: Mapping[str, str] | None = None) -> None:
        self._groups = dict(groups or {})
        self._windows: dict[str, _Window] = {}

    def take(self, bars: Iterable[Bar], *, restated: bool = False) -> None:
        """Bars in any order. Of two of one symbol and start the first counts, with `restated` the later."""
        for bar in bars:
            window = self._windows.get(bar.symbol)
            if window is None or window.timeframe.name != bar.timeframe:
                window = self._windows[bar.symbol] = _Window(bar.timeframe)
            window.take(bar.start, bar.close, restated)

    def context(self) -> MarketContext:
        """What they say together."""
        return MarketContext({symbol: window.last() for symbol, window in self._windows.items()}, self._groups)


class _Window:
    """`times` are starts in microseconds since 1970, for daily bars the days."""

    __slots__ = ("_closes", "_times", "_unit", "timeframe")

    def __init__(self, frame: str) -> None:
        self.timeframe = Timeframe.parse(frame)
        self._times, self._closes = array("q"), array("d")
        self._unit = _DAY_MICROSECONDS if self.timeframe.is_daily else 1

    def last(self) -> LastBars:
        """The bars as they are now."""
        return LastBars(self.timeframe, self._times.tobytes(), self._closes.tobytes())

    def take(self, begins: datetime, close: float, restated: bool) -> None:
        start, times, closes = to_microseconds(begins) // self._unit, self._times, self._closes
        if not times or start > times[-1]:
            times.append(start)
            closes.append(close)
        else:
            place = bisect_left(times, start)
            if times[place] != start:
                times.insert(place, start)
                closes.insert(place, close)
            elif restated:
                closes[place] = close
        if len(times) > KEPT_BARS:
            del times[0], closes[0]


def market_context(bars: Sequence[Bar], groups: Mapping[str, str] | None = None) -> MarketContext:
    """The context of the newest 90 bars of each symbol. Bars may come in any order; of two of one symbol and start the
    later in the sequence counts."""
    windows = ContextWindows(groups)
    windows.take(bars, restated=True)
    return windows.context()


def _lanes(bars: Mapping[str, LastBars]) -> Iterable[Lane]:
    alike: dict[tuple[Timeframe, bytes], list[str]] = {}
    for symbol, each in bars.items():
        alike.setdefault((each.timeframe, each.times), []).append(symbol)
    for (timeframe, times), symbols in alike.items():
        closes = np.frombuffer(b"".join(bars[symbol].closes for symbol in symbols)).reshape(len(symbols), -1).T
        yield Lane(timeframe, tuple(symbols), np.frombuffer(times, dtype=np.int64), closes)


def _correlations(one: Lane, two: Lane, places: list[int]) -> Floats | None:
    """Shrunk correlations (S, K) of all of a lane with these of another over the newest common returns, None with fewer
    than 30."""
    same = one.timeframe == two.timeframe
    if one is two or (same and np.array_equal(one.times, two.times)):
        return pair_correlations(one.moves, two.moves[:, places]) if one.moves.shape[0] >= FEWEST else None
    left_times, left_closes = (one.times, one.closes) if same else one.by_day()
    right_times, right_closes = (two.times, two.closes) if same else two.by_day()
    _, left, right = np.intersect1d(left_times, right_times, assume_unique=True, return_indices=True)
    left, right = left[-RETURNS - 1 :], right[-RETURNS - 1 :]
    if left.size < FEWEST + 1:
        return None
    return pair_correlations(
        standardised(_returns(left_closes[left])), standardised(_returns(right_closes[right][:, places]))
    )


def _returns(closes: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = np.log(closes)
        moves: Floats = logs[1:] - logs[:-1]
    return moves


def _deviations(returns: Floats) -> Floats:
    if returns.shape[0] < FEWEST:
        return np.full(returns.shape[1], np.nan)
    measured: Floats = np.sqrt(np.add.reduce(returns * returns, axis=0) / len(returns))
    measured[~((measured > 0) & (measured < math.inf))] = np.nan
    return measured
