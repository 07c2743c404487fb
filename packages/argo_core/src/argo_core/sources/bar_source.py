"""A source whose vote is a pure function of bars that somebody else delivers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.measures.features import Features
from argo_core.model.instant import NOT_A_TIME, InstantArray, to_instant64
from argo_core.model.market_view import MarketView
from argo_core.model.source import SourceSpec
from argo_core.model.vote import Absence, VoteColumn
from argo_core.sources.opinion import Opinion

VoteFunction = Callable[[Features], Opinion]


@dataclass(frozen=True, slots=True)
class FeatureSource:
    """Votes with `function` on the features of the view's bars. Sources on the same bars share one tracker."""

    spec: SourceSpec
    function: VoteFunction
    tracker: FeatureTracker

    async def vote(self, view: MarketView, asked: NDArray[np.bool_]) -> VoteColumn:
        """A vote per symbol with enough bars; else absent as `column_of` says."""
        opinion = self.function(self.tracker.advance(view).features)
        return column_of(self.spec.name, opinion, view, asked)


def column_of(name: str, opinion: Opinion, view: MarketView, asked: NDArray[np.bool_]) -> VoteColumn:
    """An opinion of shape (S,) as the column of a source that saw the view's own prices.

    NO_DATA without a price or any bar, WARMING_UP with too few bars; VENDORS_SILENT in place of both if nobody answered
    for this view: the bars are not missing for the source's or the symbol's sake.
    """
    bare = np.array([len(bars) == 0 for bars in view.bars], dtype=np.bool_)
    sight = Sight(view.price, view.price_at, to_instant64(view.as_of), bare, view.answered)
    return column_at(name, opinion, sight, asked)


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What a source on prices sees of S symbols: `price` and `price_at` as in a view, `as_of` one instant or (S,),
    `bare` (S,) symbols without any bar, `answered` as in a view."""

    price: NDArray[np.float64]
    price_at: InstantArray
    as_of: np.datetime64 | InstantArray
    bare: NDArray[np.bool_]
    answered: bool = True


def column_at(name: str, opinion: Opinion, sight: Sight, asked: NDArray[np.bool_]) -> VoteColumn:
    """The same of whatever was seen: a view's symbols, or the symbols and moments of a backtest side by side."""
    cold = np.isnan(opinion.confidence)
    empty = np.isnan(sight.price) | (cold & sight.bare)
    reasons = [Absence.NO_DATA, Absence.WARMING_UP] if sight.answered else [Absence.VENDORS_SILENT] * 2
    absence = np.select([~asked, empty, cold], [Absence.NOT_ASKED, *reasons], default=Absence.NONE).astype(np.uint8)
    voted = absence == Absence.NONE
    received = np.where(voted, sight.as_of, NOT_A_TIME)
    return VoteColumn(
        source=name,
        direction=np.where(voted, opinion.direction, np.int8(0)).astype(np.int8),
        confidence=np.where(voted, opinion.confidence, 0.0),
        price=np.where(asked, sight.price, np.nan),
        observed_at=np.where(voted, sight.price_at, NOT_A_TIME),
        received_at=received,
        absence=absence,
        expected=asked.copy(),
        evidence=opinion.evidence,
    )
