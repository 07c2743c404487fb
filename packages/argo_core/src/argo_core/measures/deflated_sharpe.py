"""What the best of many tries is worth: the Sharpe ratio less what luck alone would have brought."""

from __future__ import annotations

import math
from statistics import NormalDist

from argo_core.errors import DataError
from argo_core.measures.probabilistic_sharpe import probabilistic_sharpe
from argo_core.measures.sharpe_ratio import SharpeEstimate

_NORMAL = NormalDist()
_EULER_GAMMA = 0.5772156649015329


def expected_maximum_sharpe(trial_variance: float, trials: int) -> float:
    """Expected largest of `trials` independent Sharpe ratios of variance `trial_variance` whose true value is 0.

    In the unit of the variance's root; 0 for one trial, where nothing was selected. Raises DataError: bad_count below
    one trial, bad_variance for one that is negative or no number.
    Source: Bailey & López de Prado 2014, "The deflated Sharpe ratio", J. Portfolio Management 40 (5), equation 1.
    """
    if trials < 1:
        raise DataError("bad_count", f"{trials} trials: count every one that was looked at, at least 1")
    if not (trial_variance >= 0 and math.isfinite(trial_variance)):
        raise DataError("bad_variance", f"the variance of the trials is {trial_variance}: give a number from 0 on")
    if trials == 1:
        return 0.0
    low = _NORMAL.inv_cdf(1.0 - 1.0 / trials)
    high = _NORMAL.inv_cdf(1.0 - 1.0 / (trials * math.e))
    return math.sqrt(trial_variance) * ((1.0 - _EULER_GAMMA) * low + _EULER_GAMMA * high)


def deflated_sharpe(best: SharpeEstimate, trial_variance: float, trials: int) -> float:
    """Probability (0–1) that the best of `trials` has a true Sharpe ratio above what luck would have brought.

    `trial_variance` is the variance of the trials' Sharpe ratios per period. `trials` is the true number: those thrown
    away count too. Raises as `expected_maximum_sharpe`. Source: as there, equation 2.
    """
    return probabilistic_sharpe(best, expected_maximum_sharpe(trial_variance, trials))
