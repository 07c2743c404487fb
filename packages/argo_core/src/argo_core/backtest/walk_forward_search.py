"""A search in every window of a walk-forward, each judged on the days that come next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from argo_core.backtest.content_key import ComputedFrom
from argo_core.backtest.market_days import Day, Days, between_days, market_days
from argo_core.backtest.splits import Rows
from argo_core.backtest.walk_forward import WalkedForward, WalkForward
from argo_core.backtest.walk_forward_splits import WalkForwardPlan, walk_forward_splits
from argo_core.errors import DataError
from argo_core.model.bars import Bars
from argo_core.model.search import Parameters, SearchResult, Value

DayReturns = Callable[[Mapping[str, Bars], Mapping[str, Value], Day], ArrayLike]
"""Bars by symbol, parameters, and the day from which on an account that holds nothing trades: the return of each of the
bars' days from there on, as a ratio. Earlier bars are there for indicators."""

Choose = Callable[[Mapping[str, Bars], Day, Day], Awaitable[SearchResult]]
"""The bars of a window, its first and last day: the search over nothing but them."""


@dataclass(frozen=True, eq=False)
class SearchedForward:
    """`days` (D,) are all market days, to which the row numbers of `walked` belong; `searches` one for each window."""

    days: Days
    walked: WalkedForward[Parameters]
    searches: tuple[SearchResult, ...]

    @property
    def judged_days(self) -> Days:
        """The days (R,) of the joined returns."""
        days: Days = self.days[self.walked.rows]
        return days


async def walk_forward_search(
    bars: Mapping[str, Bars], plan: WalkForwardPlan, choose: Choose, returns: DayReturns
) -> SearchedForward:
    """`choose` searches the days of each window, `returns` judges its best on the days after. Plans count market days.

    What is judged sees bars from the window's first day to the last one judged, never later ones. Raises DataError
    `too_few`, `no_choice` where no trial of a window was complete, `bad_shape`, `not_finite`, and as `choose` does.
    """
    days = market_days(bars)
    splits = walk_forward_splits(len(days), plan)
    searches = dict[int, SearchResult]()
    for split in splits:
        first, last = days[split.train[0]], days[split.train[-1]]
        searches[int(split.train[-1])] = found = await choose(between_days(bars, first, last), first, last)
        if not found.best:
            why = next((trial.reason for trial in found.trials if trial.reason), "no trial was run")
            raise DataError("no_choice", f"{first} to {last}: no trial was complete: {why}")

    def fit(train: Rows) -> Parameters:
        return searches[int(train[-1])].best[0].parameters

    def apply(parameters: Parameters, rows: Rows) -> ArrayLike:
        # Rows that are judged follow the window that chose; `begin` is where it began, for the indicators' sake.
        began = 0 if plan.anchored else max(int(rows[0]) - plan.train - plan.gap, 0)
        seen = between_days(bars, days[began], days[rows[-1]])
        return np.asarray(returns(seen, parameters, days[rows[0]]), dtype=np.float64)

    walked = WalkForward(plan).run(len(days), fit, apply)
    return SearchedForward(days=days, walked=walked, searches=tuple(searches.values()))


def content_of_window(content: ComputedFrom, first: Day, last: Day) -> ComputedFrom:
    """What the trials of a window follow from: they are looks at the whole bars, on those days alone."""
    return msgspec.structs.replace(content, strategy=f"{content.strategy} on {first} to {last}")
