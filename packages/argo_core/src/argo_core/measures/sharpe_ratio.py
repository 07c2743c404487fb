"""The Sharpe ratio of a series of returns, and how far it may be off."""

from __future__ import annotations

import math

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from argo_core.errors import DataError
from argo_core.measures.panel import Floats

# Equal values deviate from their rounded mean by a last bit: that is no risk.
_STILL = 1e-12


class SharpeEstimate(msgspec.Struct, frozen=True, kw_only=True):
    """Of `periods` ≥ 2 returns. `sharpe` is mean over standard deviation per period, not annualised; times the square
    root of the periods in a year it is. `kurtosis` is 3 for a normal distribution."""

    sharpe: float
    skewness: float
    kurtosis: float
    periods: int

    @property
    def standard_error(self) -> float:
        """Standard deviation of `sharpe` over samples of independent returns of this shape.

        Source: Mertens 2002, "Comments on variance of the IID estimator in Lo (2002)"; for a normal distribution that
        is Lo 2002, "The statistics of Sharpe ratios". Divided by periods - 1 as in Bailey & López de Prado 2012.
        """
        return math.sqrt(sharpe_variance(self.sharpe, self.skewness, self.kurtosis) / (self.periods - 1))


def sharpe_variance(sharpe: float, skewness: float, kurtosis: float) -> float:
    """Asymptotic variance of a Sharpe ratio per period, times the number of periods: 1 - γ₃ S + (γ₄ - 1) S² / 4.

    Raises DataError `bad_moments` where no distribution has such moments (kurtosis is at least 1 + skewness²).
    """
    if not kurtosis >= 1.0 + skewness * skewness - 1e-9:
        raise DataError("bad_moments", f"no distribution has skewness {skewness} and kurtosis {kurtosis}: check them")
    return max(1.0 - skewness * sharpe + (kurtosis - 1.0) / 4.0 * sharpe * sharpe, 0.0)


def sharpe_estimate(returns: ArrayLike) -> SharpeEstimate:
    """Sharpe ratio and moments of excess returns per period, (T,). The standard deviation divides by T - 1, skewness
    and kurtosis by T.

    Raises DataError: bad_shape, not_finite, too_few below 2 returns, no_risk if they are all equal.
    """
    values = finite_series(returns, 2)
    centred = values - values.mean()
    square = float(centred @ centred)
    if math.sqrt(square / values.size) <= _STILL * float(np.abs(values).max()):
        raise DataError("no_risk", "all returns are equal: a Sharpe ratio needs returns that move")
    scale = math.sqrt(square / values.size)
    standard = centred / scale
    return SharpeEstimate(
        sharpe=float(values.mean()) / math.sqrt(square / (values.size - 1)),
        skewness=float((standard**3).mean()),
        kurtosis=float((standard**4).mean()),
        periods=int(values.size),
    )


def sharpe_ratios(trials: Floats) -> Floats:
    """Sharpe ratio per period of each column of (T, N), T ≥ 2; 0 for a column that does not move. Shape (N,)."""
    mean, deviation = trials.mean(axis=0), trials.std(axis=0, ddof=1)
    moves = deviation > _STILL * np.abs(trials).max(axis=0)
    return np.where(moves, mean / np.where(moves, deviation, 1.0), 0.0)


def finite_series(values: ArrayLike, least: int) -> Floats:
    """The values as float64 (T,) with T ≥ `least`. Raises DataError: bad_shape, not_finite, too_few."""
    series = np.asarray(values, dtype=np.float64)
    if series.ndim != 1:
        raise DataError("bad_shape", f"one series is expected, not an array of shape {series.shape}")
    if series.size < least:
        raise DataError("too_few", f"{series.size} values are too few: give at least {least}")
    if not np.isfinite(series).all():
        raise DataError("not_finite", "a value is NaN or infinite: leave it out or mend it first")
    return series
