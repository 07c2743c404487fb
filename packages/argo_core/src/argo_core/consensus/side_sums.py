"""What speaks for each side, over groups in their fixed order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.consensus.group_votes import GroupVotes
from argo_core.model.direction import Direction


@dataclass(frozen=True, slots=True, eq=False)
class SideSums:
    """Σ w·a·c for each side, Σ w·a present, Σ w expected: float64 (S,)."""

    long: NDArray[np.float64]
    short: NDArray[np.float64]
    present: NDArray[np.float64]
    expected: NDArray[np.float64]


def side_sums(votes: GroupVotes) -> SideSums:
    """The four sums of the formula, over groups in their fixed order."""
    weighted = votes.aged * votes.confidence
    return SideSums(
        long=np.where(votes.direction == Direction.LONG, weighted, 0.0).sum(axis=0),
        short=np.where(votes.direction == Direction.SHORT, weighted, 0.0).sum(axis=0),
        present=votes.aged.sum(axis=0),
        expected=votes.expected_weight.sum(axis=0),
    )
