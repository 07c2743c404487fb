"""Weighted Consensus v6.0: over groups g that answered, with weight w, confidence c, direction d and age factor a,

    long  = Σ w·a·c [d = LONG]      short = Σ w·a·c [d = SHORT]      present = Σ w·a  (NEUTRAL too)
    raw   = max(long, short) / present        confidence = raw × regime factor
    coverage  = Σ w·a that answered / Σ w expected now        agreement = Σ w·a of the winning side / present

Sums run in group order, so that a result does not depend on which source answered first. `confidence` is rounded to
four decimals before it is compared, so that the number shown is the number judged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.consensus.group_votes import GroupVotes, group_votes
from argo_core.consensus.obstacles import Obstacles
from argo_core.consensus.policy import ConsensusPolicy, Missing
from argo_core.consensus.quality import Priced, Quality, check_quality
from argo_core.consensus.result import ConsensusTable
from argo_core.consensus.vote_table import VoteTable
from argo_core.consensus.weights import Weights
from argo_core.measures.ratios import guarded_ratio
from argo_core.model.consensus import Veto
from argo_core.model.direction import Direction

CONFIDENCE_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class ConsensusEngine:
    """Answers for all symbols of a table at once; one symbol is a table with one column."""

    weights: Weights
    policy: ConsensusPolicy = ConsensusPolicy()

    def decide(self, table: VoteTable, view: Priced, regime: NDArray[np.int8] | None = None) -> ConsensusTable:
        """The consensus of each symbol. `regime` int8 (S,) holds `Regime` values; without it, UNKNOWN (factor of CHOP).

        No consensus (direction NEUTRAL, with the veto, what was measured and the limit) without votes, price, fresh
        data, coverage or confidence. Never raises for weak data.
        """
        codes = np.zeros(len(table.symbols), dtype=np.int8) if regime is None else regime
        votes = group_votes(table)
        return self._judge(table, votes, codes, check_quality(table, view, self.policy))

    def _judge(self, table: VoteTable, votes: GroupVotes, regime: NDArray[np.int8], quality: Quality) -> ConsensusTable:
        sides = side_sums(votes)
        leaning = np.sign(sides.long - sides.short).astype(np.int8)
        winner = np.maximum(sides.long, sides.short)
        present = sides.present if self.policy.missing is Missing.RENORMALISE else sides.expected
        factor = self.policy.factors()[regime]
        threshold = self.policy.threshold_table()[regime]
        raw = guarded_ratio(winner, present)
        confidence = np.round(raw * factor, CONFIDENCE_DECIMALS)
        backing = np.where((votes.direction == leaning) & (leaning != 0), votes.aged, 0.0).sum(axis=0)
        coverage = guarded_ratio(sides.present, sides.expected)
        found = self._veto(sides, leaning, confidence, threshold, coverage, quality)
        return ConsensusTable(
            table=table,
            votes=votes,
            regime=regime,
            factor=factor,
            threshold=threshold,
            leaning=leaning,
            direction=np.where(found.veto == Veto.NONE, leaning, np.int8(Direction.NEUTRAL)),
            raw=np.round(raw, CONFIDENCE_DECIMALS),
            confidence=confidence,
            agreement=np.where(leaning != 0, guarded_ratio(backing, sides.present), 0.0),
            coverage=coverage,
            veto=found.veto,
            measured=found.measured,
            limit=found.limit,
        )

    def _veto(
        self,
        sides: SideSums,
        leaning: NDArray[np.int8],
        confidence: NDArray[np.float64],
        threshold: NDArray[np.float64],
        coverage: NDArray[np.float64],
        quality: Quality,
    ) -> Obstacles:
        floor = self.policy.min_coverage
        found = Obstacles(len(leaning))
        found.put(confidence < threshold, Veto.BELOW_THRESHOLD, confidence, threshold)
        found.put(leaning == 0, Veto.TIED, confidence, threshold)
        found.put((leaning == 0) & (sides.long == 0), Veto.ALL_NEUTRAL, 0.0, threshold)
        found.put(coverage < floor, Veto.LOW_COVERAGE, coverage, floor)
        found.put(quality.veto != Veto.NONE, quality.veto, quality.measured, quality.limit)
        unpriced = (quality.veto == Veto.NO_PRICE) | (quality.veto == Veto.CORPORATE_ACTION)
        found.put((sides.present <= 0) & ~unpriced, Veto.NO_VOTES, 0.0, np.nan)
        return found


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
