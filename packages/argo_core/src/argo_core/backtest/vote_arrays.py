"""The recorded votes of resolved signals as the consensus engine's own table: one column for each signal."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.consensus import Weights
from argo_core.consensus.group_votes import group_votes
from argo_core.consensus.side_sums import side_sums
from argo_core.consensus.vote_table import VoteTable
from argo_core.measures.panel import Floats
from argo_core.measures.ratios import guarded_ratio
from argo_core.model.direction import Direction
from argo_core.model.resolved import ResolvedSignal
from argo_core.model.signal import VoteRecord
from argo_core.model.source import GROUPS, Group, SourceSpec
from argo_core.model.vote import Absence


@dataclass(frozen=True, slots=True, eq=False)
class VoteArrays:
    """K sources × N signals. `side` int8 (N,): what each signal said; `won` bool (N,). Weights are those of the newest
    vote of each source."""

    table: VoteTable
    side: NDArray[np.int8]
    won: NDArray[np.bool_]

    @property
    def specs(self) -> tuple[SourceSpec, ...]:
        """The sources, in the order of the rows."""
        return self.table.weights.members

    def hits(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which votes took a side, and which of those were right, both (K, N): with a signal that won, or against one
        that lost."""
        took = self.table.present & (self.table.direction != Direction.NEUTRAL)
        return took, took & ((self.table.direction == self.side) == self.won)

    def support(self, without: int | None = None) -> Floats:
        """The raw confidence in each signal's side, (N,) 0–100, as the consensus's own arrays give it, with all sources
        or without the one at that row. 0 where none is left."""
        table = self.table
        if without is not None:
            absence = table.absence.copy()
            absence[without] = Absence.NOT_ASKED
            table = dataclasses.replace(table, absence=absence)
        sums = side_sums(group_votes(table))
        return guarded_ratio(np.where(self.side == Direction.LONG, sums.long, sums.short), sums.present)


def vote_arrays(resolved: Sequence[ResolvedSignal]) -> VoteArrays:
    """Of signals whose votes were recorded; the others are left out."""
    known = [each for each in resolved if each.signal.votes]
    specs = _specs(known)
    row_of = {spec.name: row for row, spec in enumerate(specs)}
    shape = (len(specs), len(known))
    direction, confidence, factor = np.zeros(shape, dtype=np.int8), np.zeros(shape), np.zeros(shape)
    absence = np.full(shape, Absence.NOT_ASKED, dtype=np.uint8)
    for column, each in enumerate(known):
        for vote in each.signal.votes:
            place = row_of[vote.source], column
            direction[place], confidence[place] = Direction[vote.direction], vote.confidence
            factor[place], absence[place] = vote.age_factor, Absence.NONE
    table = VoteTable(
        weights=Weights(specs),
        symbols=tuple(each.signal.symbol for each in known),
        columns=(),
        direction=direction,
        confidence=confidence,
        price=np.full(shape, np.nan),
        age_seconds=np.where(absence == Absence.NONE, 0.0, np.nan),
        age_factor=factor,
        absence=absence,
        expected=np.zeros(shape, dtype=np.bool_),
    )
    side = np.array([each.signal.direction for each in known], dtype=np.int8)
    return VoteArrays(table, side, np.array([each.won for each in known], dtype=np.bool_))


def _specs(known: Sequence[ResolvedSignal]) -> tuple[SourceSpec, ...]:
    newest: dict[str, VoteRecord] = {vote.source: vote for each in known for vote in each.signal.votes}
    ordered = sorted(newest.values(), key=lambda vote: (GROUPS.index(Group(vote.group)), vote.source))
    return tuple(SourceSpec(name=vote.source, group=Group(vote.group), weight=vote.weight) for vote in ordered)
