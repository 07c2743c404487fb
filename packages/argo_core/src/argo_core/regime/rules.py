"""The regime that one bar by itself suggests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from argo_core.measures.trend_readings import TrendReadings
from argo_core.model.regime import Regime
from argo_core.regime.policy import RegimePolicy


def suggested(readings: TrendReadings, policy: RegimePolicy) -> NDArray[np.int8]:
    """`Regime` values, int8, of the shape of the readings (log prices). UNKNOWN until ADX and the 50-bar mean exist.

    CRISIS if volatility and drawdown are both extreme; BULL or BEAR if ADX is strong, by the slope of the 50-bar mean
    over five bars; else CHOP. Without a year of volatility readings there is no CRISIS.
    """
    slope = readings.sma50 - readings.sma50_lag5
    drawdown_pct = 100.0 * -np.expm1(readings.close - readings.high_close)
    with np.errstate(invalid="ignore"):
        wild = readings.sigma20 >= policy.crisis_volatility_ratio * readings.median_volatility
        deep = drawdown_pct >= policy.crisis_drawdown_pct
        strong = readings.adx >= policy.trend_adx
        known = ~(np.isnan(readings.adx) | np.isnan(slope))
        return np.select(
            [~known, wild & deep, strong & (slope > 0), strong & (slope < 0)],
            [Regime.UNKNOWN, Regime.CRISIS, Regime.BULL, Regime.BEAR],
            default=Regime.CHOP,
        ).astype(np.int8)
