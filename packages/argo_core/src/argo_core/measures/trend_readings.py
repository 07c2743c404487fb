"""The readings that the regime rules look at."""

from __future__ import annotations

from dataclasses import dataclass

from argo_core.measures.features import Features
from argo_core.measures.panel import Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class TrendReadings:
    """Arrays of one shape, on log prices; NaN while warming up.

    `median_volatility`: median of one reading of sigma20 per day over the last year; `high_close`: the highest of the
    year's daily closes, the current one included.
    """

    adx: Floats
    sma50: Floats
    sma50_lag5: Floats
    sigma20: Floats
    close: Floats
    median_volatility: Floats
    high_close: Floats

    @classmethod
    def of(cls, features: Features, median_volatility: Floats, high_close: Floats) -> TrendReadings:
        """The readings of whole histories, all (S, T)."""
        return cls(
            features.adx,
            features.sma50,
            features.sma50_lag5,
            features.sigma20,
            features.close,
            median_volatility,
            high_close,
        )

    @classmethod
    def live(cls, features: Features, rows: Integers, median_volatility: Floats, high_close: Floats) -> TrendReadings:
        """The readings of some symbols of a bank: the arguments are (S,), the result is (len(rows),)."""
        return cls(
            features.adx[rows],
            features.sma50[rows],
            features.sma50_lag5[rows],
            features.sigma20[rows],
            features.close[rows],
            median_volatility[rows],
            high_close[rows],
        )
