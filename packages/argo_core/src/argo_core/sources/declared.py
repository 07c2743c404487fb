"""Write your own source: a function of bars, and one decorator.

@source("my_momentum", group=Group.TECHNICAL, weight=0.25)
def my_momentum(bars: Bars) -> tuple[direction, confidence]:
    ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from argo_core.errors import ConfigError, DataError, SourceError
from argo_core.model.bars import Bars
from argo_core.model.market_view import MarketView
from argo_core.model.source import Group, SourceSpec
from argo_core.model.vote import VoteColumn
from argo_core.sources.bar_source import column_of
from argo_core.sources.opinion import Opinion

BarFunction = Callable[[Bars], tuple[ArrayLike, ArrayLike]]


@dataclass(frozen=True, slots=True)
class DeclaredSource:
    """A source made of a function of one symbol's bars.

    The function gets T bars and returns direction (T,), each -1, 0 or 1, and confidence (T,), 0–100, NaN where it has
    no opinion yet. Entry t may use bars up to and including t only: live, the last entry votes; a backtest uses all.
    """

    spec: SourceSpec
    function: BarFunction

    def opinions(self, bars: Bars) -> Opinion:
        """All T votes. Raises DataError `bad_vote` if the function breaks its contract, SourceError if it raises."""
        try:
            direction, confidence = (np.asarray(part) for part in self.function(bars))
        except Exception as error:
            raise SourceError("VENDOR_ERROR", f"{self.spec.name} raised {error!r} on {bars.symbol}") from error
        if direction.shape != (len(bars),) or confidence.shape != (len(bars),):
            raise DataError(
                "bad_vote", f"{self.spec.name}: return one direction and one confidence per bar ({len(bars)})"
            )
        if direction.dtype.kind not in "if" or confidence.dtype.kind not in "if":
            raise DataError("bad_vote", f"{self.spec.name}: directions and confidences must be numbers")
        if not np.isin(direction, (-1, 0, 1)).all():
            raise DataError("bad_vote", f"{self.spec.name}: a direction is none of -1, 0, 1")
        return Opinion(direction=direction.astype(np.int8), confidence=confidence.astype(np.float64), evidence={})

    async def vote(self, view: MarketView, asked: NDArray[np.bool_]) -> VoteColumn:
        """The last entry of each symbol's votes."""
        direction = np.zeros(len(view), dtype=np.int8)
        confidence = np.full(len(view), np.nan)
        for row in np.flatnonzero(asked):
            bars = view.bars[row]
            if len(bars):
                opinion = self.opinions(bars)
                direction[row], confidence[row] = opinion.direction[-1], opinion.confidence[-1]
        return column_of(self.spec.name, Opinion(direction, confidence, {}), view, asked).checked()


def source(
    name: str, *, group: Group | str, weight: float, primary: bool = True
) -> Callable[[BarFunction], DeclaredSource]:
    """Turn a function of bars into a source. `group` is a `Group` or its value. Raises ConfigError for a bad one."""
    spec = SourceSpec(name=name, group=_group_of(group), weight=weight, primary=primary)
    return lambda function: DeclaredSource(spec, function)


def _group_of(group: Group | str) -> Group:
    try:
        return Group(group)
    except ValueError as error:
        raise ConfigError(f"no group {group!r}: use {', '.join(each.value for each in Group)}") from error
