"""How long the blocks of a bootstrap should be, so that what hangs together stays together."""

from __future__ import annotations

import math

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from argo_core.measures.panel import Floats
from argo_core.measures.sharpe_ratio import finite_series

LEAST = 20


class BlockLengths(msgspec.Struct, frozen=True, kw_only=True):
    """Mean length for the stationary, fixed length for the circular bootstrap; in values, may be below 1."""

    stationary: float
    circular: float


def block_lengths(values: ArrayLike) -> BlockLengths:
    """The lengths that estimate the variance of a mean best, for a series (T,), T ≥ 20. A series that does not move
    has nothing to keep together: 1.

    Raises DataError: bad_shape, not_finite, too_few. Source: Politis & White 2004, "Automatic block-length selection
    for the dependent bootstrap", with the correction of Patton, Politis & White 2009.
    """
    series = finite_series(values, LEAST)
    centred = series - series.mean()
    if float(np.abs(centred).max()) <= 1e-12 * float(np.abs(series).max()):
        return BlockLengths(stationary=1.0, circular=1.0)
    covariances, bandwidth = _significant_lags(centred)
    lags = np.arange(1, bandwidth + 1)
    # The flat-top window: whole up to half the bandwidth, then falling to nothing.
    weights = np.where(lags / bandwidth <= 0.5, 1.0, 2.0 * (1.0 - lags / bandwidth))
    slope = 2.0 * float((weights * lags * covariances[1 : bandwidth + 1]).sum())
    level = float(covariances[0] + 2.0 * (weights * covariances[1 : bandwidth + 1]).sum())
    longest = math.ceil(min(3.0 * math.sqrt(series.size), series.size / 3.0))
    if level == 0.0:
        return BlockLengths(stationary=float(longest), circular=float(longest))
    ratio = slope * slope / (level * level) * series.size
    return BlockLengths(
        stationary=min(ratio ** (1.0 / 3.0), longest), circular=min((1.5 * ratio) ** (1.0 / 3.0), longest)
    )


def _significant_lags(centred: Floats) -> tuple[Floats, int]:
    """Autocovariances up to the largest lag looked at, and the bandwidth: twice the lag after which a run of them is
    insignificant."""
    count = centred.size
    run = max(5, int(math.log10(count)))
    furthest = math.ceil(math.sqrt(count)) + run
    furthest = min(furthest, count - 2)
    critical = 2.0 * math.sqrt(math.log10(count) / count)
    products = np.array([float(centred[lag:] @ centred[: count - lag]) for lag in range(furthest + 1)])
    scales = np.array(
        [
            math.sqrt(float(centred[lag + 1 :] @ centred[lag + 1 :]) * float(centred[: -lag - 1] @ centred[: -lag - 1]))
            for lag in range(furthest + 1)
        ]
    )
    quiet = np.abs(products) < critical * scales
    first = next((lag for lag in range(furthest + 1 - run) if quiet[lag : lag + run].all()), None)
    bandwidth = furthest if first is None else min(2 * max(first, 1), furthest)
    return products / count, bandwidth
