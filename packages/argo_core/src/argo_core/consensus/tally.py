"""The formula of the consensus, counted out: what the votes of all symbols add up to, before anything is judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.consensus.group_votes import GroupVotes, group_votes
from argo_core.consensus.quality import price_deviation_pct
from argo_core.consensus.side_sums import SideSums, side_sums
from argo_core.consensus.vote_table import VoteTable
from argo_core.measures.ratios import guarded_ratio

CONFIDENCE_DECIMALS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """`votes` and `sums` by group and side; `leaning` int8, the others float64 (S,), as in `model.consensus.Consensus`;
    `deviation` of prices in percent."""

    votes: GroupVotes
    sums: SideSums
    leaning: NDArray[np.int8]
    raw: NDArray[np.float64]
    confidence: NDArray[np.float64]
    agreement: NDArray[np.float64]
    coverage: NDArray[np.float64]
    deviation: NDArray[np.float64]


def tally(table: VoteTable, factor: NDArray[np.float64], *, against: bool) -> Tally:
    """`factor` (S,) is that of the regime; `against`: absent sources count as votes for nothing."""
    votes = group_votes(table)
    sums = side_sums(votes)
    leaning = np.sign(sums.long - sums.short).astype(np.int8)
    raw = guarded_ratio(np.maximum(sums.long, sums.short), sums.expected if against else sums.present)
    backing = np.where(votes.direction == leaning, votes.aged, 0.0).sum(axis=0)
    return Tally(
        votes=votes,
        sums=sums,
        leaning=leaning,
        raw=np.round(raw, CONFIDENCE_DECIMALS),
        confidence=np.round(raw * factor, CONFIDENCE_DECIMALS),
        agreement=np.where(leaning != 0, guarded_ratio(backing, sums.present), 0.0),
        coverage=guarded_ratio(sums.present, sums.expected),
        deviation=price_deviation_pct(table),
    )
