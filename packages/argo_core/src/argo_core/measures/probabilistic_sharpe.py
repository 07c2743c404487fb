"""How sure one may be that a Sharpe ratio lies above a benchmark, and how long a record that takes."""

from __future__ import annotations

import math
from statistics import NormalDist

from argo_core.errors import DataError
from argo_core.measures.sharpe_ratio import SharpeEstimate, sharpe_variance

_NORMAL = NormalDist()


def probabilistic_sharpe(estimate: SharpeEstimate, benchmark: float = 0.0) -> float:
    """Probability (0–1) that the true Sharpe ratio exceeds `benchmark`, both per period.

    Source: Bailey & López de Prado 2012, "The Sharpe ratio efficient frontier", J. Risk 15 (2), equation 11.
    """
    error = estimate.standard_error
    gap = estimate.sharpe - benchmark
    if error == 0.0:
        return 0.5 if gap == 0.0 else float(gap > 0)
    return _NORMAL.cdf(gap / error)


def minimum_track_record(estimate: SharpeEstimate, benchmark: float = 0.0, confidence: float = 0.95) -> float:
    """Periods until the probability that the Sharpe ratio exceeds `benchmark` reaches `confidence` (0.5–1, open), if
    the record goes on as it was; infinite where the ratio does not exceed it. `estimate.periods` plays no part.

    Raises DataError `bad_confidence`. Source: as above, equation 13.
    """
    if not 0.5 < confidence < 1:
        raise DataError("bad_confidence", f"confidence is {confidence}: give a share between 0.5 and 1, say 0.95")
    if estimate.sharpe <= benchmark:
        return math.inf
    spread = sharpe_variance(estimate.sharpe, estimate.skewness, estimate.kurtosis)
    return 1.0 + spread * (_NORMAL.inv_cdf(confidence) / (estimate.sharpe - benchmark)) ** 2
