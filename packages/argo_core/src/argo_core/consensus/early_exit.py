"""Which calls cannot change the decision any more."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from argo_core.consensus.engine import side_sums
from argo_core.consensus.group_votes import GroupVotes, group_votes
from argo_core.consensus.policy import ConsensusPolicy, Missing
from argo_core.consensus.vote_table import VoteTable
from argo_core.measures.ratios import guarded_ratio
from argo_core.model.source import GROUPS

HOPELESS_PCT = 50.0
TELLING_SHARE = 0.5


def undecided(
    table: VoteTable, remaining: NDArray[np.bool_], regime: NDArray[np.int8], policy: ConsensusPolicy
) -> NDArray[np.bool_]:
    """Where asking on could still lead to a signal, bool (S,). `remaining` bool (K, S): answers that may still come.

    False where the best thinkable answers (every remaining group says 100, fresh, for the same side) leave the
    confidence below the threshold, or where at least half of the expected weight has answered and the partial
    consensus is below 50 %. The first rule is exact: it never stops a symbol that could have passed.
    """
    votes = group_votes(table)
    sums = side_sums(votes)
    factor, threshold = policy.factors()[regime], policy.threshold_table()[regime]
    expected = votes.expected_weight.sum(axis=0)
    against = policy.missing is Missing.COUNT_AGAINST
    partial = guarded_ratio(np.maximum(sums.long, sums.short), expected if against else sums.present)
    hopeless = (sums.present >= TELLING_SHARE * expected) & (sums.present > 0) & (partial < HOPELESS_PCT)
    best = np.maximum(*(best_possible(table, votes, remaining, side, policy) for side in (1, -1)))
    reachable = np.round(best * factor, 4) >= threshold
    asking_on: NDArray[np.bool_] = remaining.any(axis=0) & reachable & ~hopeless
    return asking_on


def best_possible(
    table: VoteTable, votes: GroupVotes, remaining: NDArray[np.bool_], side: int, policy: ConsensusPolicy
) -> NDArray[np.float64]:
    """The highest raw confidence (0–100, (S,)) for `side` that any answers of the remaining sources could produce."""
    count = len(table.symbols)
    total, present, expected = np.zeros(count), np.zeros(count), np.zeros(count)
    for position, group in enumerate(GROUPS):
        open_weight = np.zeros(count)
        for row in table.weights.rows_of(group):
            open_weight = np.where(
                remaining[row], np.maximum(open_weight, table.weights.members[row].weight), open_weight
            )
        may_answer = open_weight > 0
        kept = np.where(votes.direction[position] == side, votes.aged[position] * votes.confidence[position], 0.0)
        total += np.where(may_answer, open_weight * 100.0, kept)
        present += np.where(may_answer, open_weight, votes.aged[position])
        expected += np.maximum(np.where(may_answer, open_weight, 0.0), votes.expected_weight[position])
    return guarded_ratio(total, expected if policy.missing is Missing.COUNT_AGAINST else present)
