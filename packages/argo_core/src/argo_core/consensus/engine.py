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

from argo_core.consensus.compiled_tally import compiled_obstacles, compiled_tally
from argo_core.consensus.judgement import obstacles_to
from argo_core.consensus.policy import ConsensusPolicy, Missing
from argo_core.consensus.quality import Priced
from argo_core.consensus.result import ConsensusTable
from argo_core.consensus.tally import tally
from argo_core.consensus.vote_table import VoteTable
from argo_core.consensus.weights import Weights
from argo_core.model.consensus import Veto
from argo_core.model.direction import Direction


@dataclass(frozen=True, slots=True)
class ConsensusEngine:
    """Answers for all symbols of a table at once; one symbol is a table with one column. `compiled`: count by machine
    code, which is loaded at the first call, with results equal to the last bit."""

    weights: Weights
    policy: ConsensusPolicy = ConsensusPolicy()
    compiled: bool = False

    def decide(self, table: VoteTable, view: Priced, regime: NDArray[np.int8] | None = None) -> ConsensusTable:
        """The consensus of each symbol. `regime` int8 (S,) holds `Regime` values; without it, UNKNOWN (factor of CHOP).

        No consensus (direction NEUTRAL, with the veto, what was measured and the limit) without votes, price, fresh
        data, coverage or confidence. Never raises for weak data.
        """
        codes = np.zeros(len(table.symbols), dtype=np.int8) if regime is None else regime
        factor, threshold = self.policy.factors()[codes], self.policy.threshold_table()[codes]
        count, judge = (compiled_tally, compiled_obstacles) if self.compiled else (tally, obstacles_to)
        counted = count(table, factor, against=self.policy.missing is Missing.COUNT_AGAINST)
        found = judge(counted, view, threshold, self.policy)
        return ConsensusTable(
            table=table,
            votes=counted.votes,
            regime=codes,
            factor=factor,
            threshold=threshold,
            leaning=counted.leaning,
            direction=np.where(found.veto == Veto.NONE, counted.leaning, np.int8(Direction.NEUTRAL)),
            raw=counted.raw,
            confidence=counted.confidence,
            agreement=counted.agreement,
            coverage=counted.coverage,
            veto=found.veto,
            measured=found.measured,
            limit=found.limit,
        )
