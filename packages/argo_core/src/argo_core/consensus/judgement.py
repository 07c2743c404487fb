"""What stands against the consensus of each symbol: the data first, then the votes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from argo_core.consensus.obstacles import Obstacles
from argo_core.consensus.policy import ConsensusPolicy
from argo_core.consensus.quality import Priced, check_quality
from argo_core.consensus.tally import Tally
from argo_core.model.consensus import Veto


def obstacles_to(
    counted: Tally, view: Priced, threshold: NDArray[np.float64], policy: ConsensusPolicy
) -> Obstacles:  # fmt: skip
    """The first of: no price, doubtful bars, no votes, stale or contradicting prices, too few answers, nobody who
    leans, a tie, too little confidence. `threshold` (S,) is that of the regime."""
    leaning, confidence, coverage, sums = counted.leaning, counted.confidence, counted.coverage, counted.sums
    quality, floor = check_quality(counted.deviation, view, policy), policy.min_coverage
    found = Obstacles(len(leaning))
    found.put(confidence < threshold, Veto.BELOW_THRESHOLD, confidence, threshold)
    found.put(leaning == 0, Veto.TIED, confidence, threshold)
    found.put((leaning == 0) & (sums.long == 0), Veto.ALL_NEUTRAL, 0.0, threshold)
    found.put(coverage < floor, Veto.LOW_COVERAGE, coverage, floor)
    found.put(quality.veto != Veto.NONE, quality.veto, quality.measured, quality.limit)
    unpriced = (quality.veto == Veto.NO_PRICE) | (quality.veto == Veto.CORPORATE_ACTION)
    found.put((sums.present <= 0) & ~unpriced, Veto.NO_VOTES, 0.0, np.nan)
    return found
