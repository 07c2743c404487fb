"""The signals of a live day, decided once more by the strategy backtest on the bars that were kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from argo_core.backtest.cells import Cells, cells_where
from argo_core.backtest.day_looks import DayLooks
from argo_core.backtest.emission import Emission
from argo_core.backtest.history import History
from argo_core.backtest.parity_moments import asked_in, moments_of_day
from argo_core.backtest.readings import Readings
from argo_core.backtest.strategy import Strategy
from argo_core.backtest.strategy_result import StrategyResult
from argo_core.errors import DataError
from argo_core.model.bars import HIGH, LOW, Bars
from argo_core.model.instant import from_instant64, to_instant64
from argo_core.model.recorded_day import RecordedDay
from argo_core.model.signal import Signal

Place = tuple[str, datetime]
"""A symbol and a market time."""


@dataclass(frozen=True, slots=True, eq=False)
class ReplayedDay:
    """`result` None where no symbol moved all day; `places` says which of its decisions each symbol at each moment is.
    `volatility` (N,) is what each of them measured. `looks`: which live cycles looked at what; `signals` oldest
    first."""

    history: History
    result: StrategyResult | None
    places: dict[Place, int]
    volatility: NDArray[np.float64]
    looks: DayLooks

    @property
    def signals(self) -> tuple[Signal, ...]:
        """What the replay published."""
        return () if self.result is None else tuple(sealed.signal for sealed in self.result.signals)


def replay_strategy(day: RecordedDay, strategy: Strategy, bars: Sequence[Bars], symbols: Sequence[str]) -> ReplayedDay:
    """The day through `strategy` as it is configured now. `bars` hold every symbol of the day and what its indicators
    need before it; `symbols` are those that cycles look at, in the order in which several generators deal them out.

    A price that was recorded and that the kept bars cannot contradict (a trade inside the bar that was forming) is
    taken as it was: single trades are not kept. Raises DataError: `no_cycles` for a day without any, `no_bars` where a
    symbol of the day has no bars here.
    """
    if not day.cycles:
        raise DataError("no_cycles", f"no cycle ran on {day.day}: choose another day")
    needed = {signal.symbol for signal in (*day.open_before, *day.signals)}
    missing = sorted(needed - {each.symbol for each in bars})
    if missing:
        raise DataError("no_bars", f"no bars of {', '.join(missing)} are kept: the day cannot be replayed")
    looks = DayLooks(day, bars, symbols)
    history = History.of(bars, moments_of_day(looks))
    readings = Readings.of(history.bars, strategy.regime)
    rules = replace(strategy.emission, origin=day.cycles[-1].data_source)
    asked = asked_in(history, day, looks, symbols, rules.cycle.price_change_threshold)
    cells = _as_priced(cells_where(history, readings, asked), history, day)
    emission = Emission(history, readings, rules)
    emission.resume(day.open_before)
    result = strategy.over(cells, emission) if len(cells) else None
    return ReplayedDay(history, result, _places(cells), readings.features.sigma20[cells.place], looks)


def _places(cells: Cells) -> dict[Place, int]:
    times = [each.replace(tzinfo=UTC) for each in cells.as_of.tolist()]
    return {(name, at): place for place, (name, at) in enumerate(zip(cells.names, times, strict=True))}


def _as_priced(cells: Cells, history: History, day: RecordedDay) -> Cells:
    """The cells with the prices that live decisions rested on, where the bars allow it."""
    price, price_at = cells.price.copy(), cells.price_at.copy()
    places = _places(cells)
    for cycle in day.cycles:
        for decision in cycle.decisions:
            place = places.get((decision.symbol, cycle.as_of))
            if place is None or decision.price is None or decision.price == price[place]:
                continue
            if _may_have_traded(history, cells, place, decision.price):
                price[place], price_at[place] = decision.price, cells.as_of[place]
    return replace(cells, price=price, price_at=price_at)


def _may_have_traded(history: History, cells: Cells, place: int, price: float) -> bool:
    """Inside the range of the bar that had begun and was not complete."""
    row, moment = int(cells.row[place]), int(cells.moment[place])
    bars, forming = history.bars[row], int(history.last[row, moment]) + 1
    if forming >= len(bars) or bars.start[forming] > cells.as_of[place]:
        return False
    return bool(bars.values[LOW, forming] <= price <= bars.values[HIGH, forming])


@dataclass(frozen=True, slots=True)
class Rules:
    """Of the strategy as configured now: source → weight, and the `move` (ratio of price) from which on a symbol is
    evaluated again."""

    weights: dict[str, float]
    move: float

    @classmethod
    def of(cls, strategy: Strategy) -> Rules:
        """Those of a strategy."""
        weights = {spec.name: spec.weight for spec in strategy.engine.weights.members}
        return cls(weights, strategy.emission.cycle.price_change_threshold)


def bar_ends(history: History, place: Place) -> list[tuple[datetime, float]]:
    """End and close of the last two bars that were complete then, oldest first; fewer at the history's beginning."""
    symbol, at = place
    moment = int(history.instants.searchsorted(to_instant64(at)))
    row = history.symbols.index(symbol)
    bars = history.bars[row].first(int(history.last[row, moment]) + 1).last(2)
    return [(from_instant64(end), float(close)) for end, close in zip(bars.end, bars.close, strict=True)]
