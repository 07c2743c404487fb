"""A source that votes on one vendor's own market."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.market_view import MarketView
from argo_core.model.source import SourceSpec
from argo_core.model.vote import Absence, VoteColumn, without
from argo_core.ports.market_state import MarketState
from argo_core.sources.bar_source import VoteFunction, column_of


@dataclass(frozen=True, slots=True)
class MarketSource:
    """Votes with `function` on the vendor's bars. A price older than `stale_seconds` is none: the symbol is absent,
    STALE; one whose history is unfit, or about which the vendor did not answer, is absent for that reason. `tracker`
    is this vendor's alone: histories of two vendors are never mixed."""

    spec: SourceSpec
    market: MarketState
    function: VoteFunction
    tracker: FeatureTracker
    stale_seconds: float = 300.0

    async def vote(self, view: MarketView, asked: NDArray[np.bool_]) -> VoteColumn:
        """A vote per asked symbol. Raises SourceError where the vendor as a whole is absent."""
        own = await self.market.settled(view)
        column = column_of(self.spec.name, self.function(self.tracker.advance(own).features), own, asked)
        age, unfit = own.age_seconds(), self.market.unfit(own.symbols)
        with np.errstate(invalid="ignore"):
            stale = (column.absence == Absence.NONE) & ~(age <= self.stale_seconds)
        why = np.where(asked & (unfit != Absence.NONE), unfit, np.where(stale, np.uint8(Absence.STALE), Absence.NONE))
        return without(column, why != Absence.NONE, why)
