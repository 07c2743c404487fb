"""Which calls cannot change the decision any more."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from argo_core.consensus.group_votes import GroupVotes, group_votes
from argo_core.consensus.policy import ConsensusPolicy, Missing
from argo_core.consensus.side_sums import side_sums
from argo_core.consensus.vote_table import VoteTable
from argo_core.measures.ratios import guarded_ratio
from argo_core.model.source import GROUPS

HOPELESS_PCT = 50.0
TELLING_SHARE = 0.5
ROUNDING = 5e-5  # confidence is compared with four decimals


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
    expected = np.maximum(votes.expected_weight, open_weights(table, remaining)).sum(axis=0)
    against = policy.missing is Missing.COUNT_AGAINST
    partial = guarded_ratio(np.maximum(sums.long, sums.short), expected if against else sums.present)
    hopeless = (sums.present >= TELLING_SHARE * expected) & (sums.present > 0) & (partial < HOPELESS_PCT)
    with np.errstate(divide="ignore"):
        needed = (threshold - ROUNDING) / factor
    reachable = np.logical_or(*(can_reach(table, votes, remaining, side, needed, policy) for side in (1, -1)))
    asking_on: NDArray[np.bool_] = remaining.any(axis=0) & reachable & ~hopeless
    return asking_on


def can_reach(
    table: VoteTable,
    votes: GroupVotes,
    remaining: NDArray[np.bool_],
    side: int,
    needed: NDArray[np.float64],
    policy: ConsensusPolicy,
) -> NDArray[np.bool_]:
    """Whether some answers of the remaining sources give `side` a raw confidence of `needed` (0–100), bool (S,).

    Σ gained / Σ weighed reaches n just if Σ (gained − n·weighed) reaches zero, so each group may choose by itself:
    what it has, or the answer 100 of any member that may still come. An infinite `needed` is never reached.
    """
    bounded = np.where(np.isfinite(needed), needed, 0.0)
    against = policy.missing is Missing.COUNT_AGAINST
    surplus = np.zeros(len(table.symbols))
    for position, group in enumerate(GROUPS):
        gained = np.where(votes.direction[position] == side, votes.aged[position] * votes.confidence[position], 0.0)
        weighed = votes.expected_weight[position] if against else votes.aged[position]
        best = gained - bounded * weighed
        for row in table.weights.rows_of(group):
            weight = table.weights.members[row].weight
            best = np.where(remaining[row], np.maximum(best, weight * (100.0 - bounded)), best)
        surplus += best
    return np.isfinite(needed) & (surplus >= -ROUNDING)


def open_weights(table: VoteTable, remaining: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The largest weight that may still answer in each group, float64 (G, S); 0 where nobody may."""
    weights = np.zeros((len(GROUPS), len(table.symbols)))
    for position, group in enumerate(GROUPS):
        for row in table.weights.rows_of(group):
            weight = table.weights.members[row].weight
            weights[position] = np.where(remaining[row], np.maximum(weights[position], weight), weights[position])
    return weights
