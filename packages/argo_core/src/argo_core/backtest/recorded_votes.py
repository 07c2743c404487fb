"""A source that votes as it did live: for vendors whose own data nobody kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from argo_core.model.direction import Direction
from argo_core.model.instant import to_instant64
from argo_core.model.market_view import MarketView
from argo_core.model.recorded_day import RecordedCycle
from argo_core.model.signal import VoteRecord
from argo_core.model.source import SourceSpec
from argo_core.model.vote import Absence, VoteColumn, absent_column
from argo_core.ports.source import Source

Place = tuple[str, datetime]


@dataclass(frozen=True, slots=True)
class RecordedVotes:
    """`votes` by symbol and market time. Where none was recorded the source is absent as NO_RECORDING, and was due if
    `expected` says so."""

    spec: SourceSpec
    votes: Mapping[Place, VoteRecord]
    expected: frozenset[Place] = frozenset()

    @classmethod
    def of(cls, spec: SourceSpec, cycles: Iterable[RecordedCycle]) -> RecordedVotes:
        """Those of one source in the decisions of a day."""
        votes, expected = dict[Place, VoteRecord](), set[Place]()
        for cycle in cycles:
            for decision in cycle.decisions:
                place = (decision.symbol, cycle.as_of)
                votes.update((place, vote) for vote in decision.votes if vote.source == spec.name)
                expected |= {place for absent in decision.absences if absent.source == spec.name and absent.expected}
        return cls(spec, votes, frozenset(expected))

    async def vote(self, view: MarketView, asked: NDArray[np.bool_]) -> VoteColumn:
        """What was recorded at the view's moment, for the rows that are asked about."""
        column = absent_column(self.spec.name, len(view), Absence.NO_RECORDING, expected=False)
        column.absence[~asked] = Absence.NOT_ASKED
        for row in np.flatnonzero(asked).tolist():
            place = (view.symbols[row], view.as_of)
            vote = self.votes.get(place)
            column.expected[row] = vote is not None or place in self.expected
            if vote is None:
                continue
            column.absence[row] = Absence.NONE
            column.direction[row], column.confidence[row] = Direction[vote.direction], vote.confidence
            column.price[row] = np.nan if vote.price is None else vote.price
            column.observed_at[row], column.received_at[row] = to_instant64(vote.observed_at), to_instant64(view.as_of)
        return column


@dataclass(frozen=True, slots=True)
class ExpectedAsRecorded:
    """`source` where it has an answer; where it has none it was due if it was due live, which no answer tells."""

    source: Source
    expected: frozenset[Place]

    @property
    def spec(self) -> SourceSpec:
        """That of the source."""
        return self.source.spec

    async def vote(self, view: MarketView, asked: NDArray[np.bool_]) -> VoteColumn:
        """The source's answer. Raises what it raises."""
        column = await self.source.vote(view, asked)
        due = [(symbol, view.as_of) in self.expected for symbol in view.symbols]
        return replace(column, expected=column.expected | (np.array(due, dtype=np.bool_) & asked))
