"""`tally` and `obstacles_to` as machine code: equal to the last bit, and worth loading for millions of cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from argo_core.consensus.group_votes import GroupVotes
from argo_core.consensus.obstacles import Obstacles
from argo_core.consensus.policy import ConsensusPolicy
from argo_core.consensus.quality import Priced
from argo_core.consensus.side_sums import SideSums
from argo_core.consensus.tally import Tally
from argo_core.consensus.vote_table import VoteTable
from argo_core.model.source import GROUPS


def compiled_tally(table: VoteTable, factor: NDArray[np.float64], *, against: bool) -> Tally:
    """As `tally`. Loads numba; without it the same loops run uncompiled, which is of no use but to compare."""
    from argo_core.measures import consensus_kernels as kernels

    members, count = table.weights.members, len(table.symbols)
    ends = np.cumsum([0, *(len(table.weights.rows_of(group)) for group in GROUPS)])  # members come group by group
    member = np.array([spec.weight for spec in members])
    chosen = np.empty((len(GROUPS), count), dtype=np.int16)
    side = np.empty((len(GROUPS), count), dtype=np.int8)
    (best, weight, aged, due), sums = np.empty((4, len(GROUPS), count)), np.empty((5, count))
    kernels.count_all(
        ends, member, table.confidence, table.age_factor, table.absence, table.expected, table.direction, table.price,
        chosen, side, best, weight, aged, due, sums,
    )  # fmt: skip
    leaning, figures = np.empty(count, dtype=np.int8), np.empty((4, count))
    base = sums[kernels.EXPECTED] if against else sums[kernels.PRESENT]
    kernels.judge_all(side, aged, sums, factor, base, leaning, figures)
    raw, confidence, agreement, coverage = figures
    return Tally(
        votes=GroupVotes(chosen, side, best, weight, aged, due),
        sums=SideSums(*sums[:4]),
        leaning=leaning,
        raw=raw,
        confidence=confidence,
        agreement=agreement,
        coverage=coverage,
        deviation=sums[kernels.SPREAD],
    )


def compiled_obstacles(
    counted: Tally, view: Priced, threshold: NDArray[np.float64], policy: ConsensusPolicy
) -> Obstacles:  # fmt: skip
    """As `obstacles_to`."""
    from argo_core.measures import consensus_kernels as kernels

    found, sums = Obstacles(len(counted.leaning)), counted.sums
    kernels.veto_all(
        view.price, view.age_seconds(), view.is_doubtful(), counted.deviation, sums.present, sums.long, counted.leaning,
        counted.confidence, counted.coverage, threshold,
        np.array([policy.max_staleness_seconds, policy.max_deviation_pct, policy.min_coverage]),
        found.veto, found.measured, found.limit,
    )  # fmt: skip
    return found
