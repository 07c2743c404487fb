"""Who is asked, in which order, and what is not worth asking any more: the walk that live and backtest share.

Prices in one wave, then the others, best weight per cost first, each only where it can still change the decision. The
walk is a generator, so that it does not say how one asks: live it is driven by calls that may wait, in a backtest by
arrays of whole histories.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from argo_core.consensus import ConsensusPolicy, VoteTable, Weights, undecided
from argo_core.consensus.group_votes import group_votes
from argo_core.consensus.side_sums import side_sums
from argo_core.measures.ratios import guarded_ratio
from argo_core.model.instant import InstantArray
from argo_core.model.source import Wave
from argo_core.model.vote import Absence, VoteColumn
from argo_core.ports.source import Source
from argo_core.sources.opinion_cap import may_only_veto

Bools = NDArray[np.bool_]
Questions = tuple[tuple[Source, Bools], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """The votes, and bool (K, S) which calls an early exit saved."""

    table: VoteTable
    saved: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """The sources about S symbols: `as_of` one moment for all or (S,); `asked` bool (S,); `regime` int8 (S,)."""

    sources: tuple[Source, ...]
    weights: Weights
    policy: ConsensusPolicy
    symbols: tuple[str, ...]
    as_of: datetime | InstantArray
    asked: Bools
    regime: NDArray[np.int8]

    def walk(self) -> Generator[Questions, Sequence[VoteColumn], Asked]:
        """Yields who is to be asked about which symbols, and wants one column for each in return."""
        later = self._later()
        first = tuple((source, self.asked) for source in self.sources if source.spec.wave is Wave.PRICE)
        columns = list((yield first))
        saved = np.zeros((len(self.weights.members), len(self.symbols)), dtype=np.bool_)
        for position, source in enumerate(later):
            worth = self.asked & undecided(
                self._table(columns), self._may_answer(later[position:]), self.regime, self.policy
            )
            (column,) = yield ((source, worth),)
            not_called = self.asked & ~worth
            saved[self.weights.index(source.spec.name)] = not_called
            column = _with_saved(column, not_called)
            columns.append(self._capped(column, columns) if source.spec.veto_only else column)
        return Asked(self._table(columns), saved)

    def _later(self) -> list[Source]:
        """Best weight per cost first."""
        later = (source for source in self.sources if source.spec.wave is Wave.LATER)
        return sorted(later, key=lambda source: -source.spec.weight / source.spec.cost)

    def _table(self, columns: Sequence[VoteColumn]) -> VoteTable:
        return VoteTable.of(self.weights, self.symbols, columns, self.as_of)

    def _capped(self, column: VoteColumn, others: Sequence[VoteColumn]) -> VoteColumn:
        """The answer as a veto at most, against what the sources say that may do more."""
        capped = {spec.name for spec in self.weights.members if spec.veto_only}
        sums = side_sums(group_votes(self._table([other for other in others if other.source not in capped])))
        lead = np.sign(sums.long - sums.short).astype(np.int8)
        confidence = guarded_ratio(np.maximum(sums.long, sums.short), sums.present)
        return may_only_veto(column, lead, confidence)

    def _may_answer(self, sources: Sequence[Source]) -> Bools:
        may = np.zeros((len(self.weights.members), len(self.symbols)), dtype=np.bool_)
        for source in sources:
            may[self.weights.index(source.spec.name)] = self.asked
        return may


def _with_saved(column: VoteColumn, saved: Bools) -> VoteColumn:
    """The answer with the saved calls marked: absent for that reason, and not expected."""
    return dataclasses.replace(
        column,
        absence=np.where(saved, np.uint8(Absence.CALL_SAVED), column.absence),
        expected=column.expected & ~saved,
    )
