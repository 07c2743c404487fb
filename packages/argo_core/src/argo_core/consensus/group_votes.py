"""How a group's members become its one vote."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.consensus.vote_table import VoteTable
from argo_core.model.source import GROUPS


@dataclass(frozen=True, slots=True, eq=False)
class GroupVotes:
    """G groups × S symbols. `chosen` int16: the table row that speaks for the group, -1 if nobody answered.

    direction int8; confidence float64; weight float64: the chosen member's weight, 0 if none; aged float64: weight ×
    age factor; expected_weight float64: what the group would weigh, 0 if nobody was due and nobody answered.
    """

    chosen: NDArray[np.int16]
    direction: NDArray[np.int8]
    confidence: NDArray[np.float64]
    weight: NDArray[np.float64]
    aged: NDArray[np.float64]
    expected_weight: NDArray[np.float64]

    def of_rows(self, rows: NDArray[np.intp]) -> GroupVotes:
        """The votes on the symbols at `rows`, in that order."""
        return GroupVotes(
            self.chosen[:, rows],
            self.direction[:, rows],
            self.confidence[:, rows],
            self.weight[:, rows],
            self.aged[:, rows],
            self.expected_weight[:, rows],
        )


def group_votes(table: VoteTable) -> GroupVotes:
    """One vote per group: the most confident member among those that answered; a tie goes to the primary."""
    count, groups = len(table.symbols), len(GROUPS)
    chosen = np.full((groups, count), -1, dtype=np.int16)
    weight = np.zeros((groups, count))
    expected = np.zeros((groups, count))
    best = np.full((groups, count), -1.0)
    present = table.present
    for position, group in enumerate(GROUPS):
        for row in table.weights.rows_of(group):
            spec = table.weights.members[row]
            better = present[row] & (table.confidence[row] > best[position])
            best[position] = np.where(better, table.confidence[row], best[position])
            chosen[position] = np.where(better, np.int16(row), chosen[position])
            weight[position] = np.where(better, spec.weight, weight[position])
            due = table.expected[row] & (expected[position] == 0)
            expected[position] = np.where(due, spec.weight, expected[position])
    answered = chosen >= 0
    column = np.arange(count)
    row_of = np.where(answered, chosen, 0)
    return GroupVotes(
        chosen=chosen,
        direction=np.where(answered, table.direction[row_of, column], np.int8(0)),
        confidence=np.where(answered, table.confidence[row_of, column], 0.0),
        weight=weight,
        aged=np.where(answered, weight * table.age_factor[row_of, column], 0.0),
        expected_weight=np.where(answered, weight, expected),
    )
