"""Everything that is read off the bars, once for the whole history: features for the votes, and the regime."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.backtest.history import History, Integers
from argo_core.measures.daily_panel import daily_panel
from argo_core.measures.feature_panel import feature_panel
from argo_core.measures.feature_tracker import LEAST_READINGS, days_of_year
from argo_core.measures.features import Features
from argo_core.measures.trend_readings import TrendReadings
from argo_core.model.bars import Bars
from argo_core.regime.hysteresis import adopt_history
from argo_core.regime.policy import RegimePolicy
from argo_core.regime.rules import suggested

FEATURES = tuple(field.name for field in dataclasses.fields(Features))


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """All symbols' bars laid end to end, oldest first, and behind them one place for "no bar".

    `features`: arrays (B + 1,); `regime` int8 (B + 1,); `offset` int64 (S,): where each symbol begins. Entry b is what
    a live tracker and detector say after bar b.
    """

    features: Features
    regime: NDArray[np.int8]
    offset: Integers

    @classmethod
    def of(cls, bars: Sequence[Bars], policy: RegimePolicy) -> Readings:
        """Symbols of like length are read together. Raises DataError `not_finite`."""
        lengths = np.array([len(each) for each in bars], dtype=np.int64)
        offset = np.concatenate(([0], np.cumsum(lengths)))
        flat = {name: np.full(int(offset[-1]) + 1, np.nan) for name in FEATURES}
        flat["bars_seen"] = np.zeros(int(offset[-1]) + 1, dtype=np.int64)
        regime = np.zeros(int(offset[-1]) + 1, dtype=np.int8)
        for length in np.unique(lengths[lengths > 0]).tolist():
            rows = np.flatnonzero(lengths == length)
            features, adopted = _read([bars[row] for row in rows.tolist()], policy)
            places = (offset[rows][:, None] + np.arange(length)).ravel()
            for name in FEATURES:
                flat[name][places] = getattr(features, name).ravel()
            regime[places] = adopted.ravel()
        return cls(Features(**flat), regime, offset[:-1])

    def places(self, history: History) -> Integers:
        """Where each symbol's newest bar stands at each moment, (S, T): the place for "no bar" before its first."""
        found: Integers = np.where(history.last >= 0, self.offset[:, None] + history.last, len(self.regime) - 1)
        return found

    def at(self, places: Integers) -> Features:
        """The features at those places: arrays of their shape."""
        return Features(**{name: getattr(self.features, name)[places] for name in FEATURES})


def _read(bars: Sequence[Bars], policy: RegimePolicy) -> tuple[Features, NDArray[np.int8]]:
    """Features (n, T) and adopted regimes (n, T) of symbols with T bars each."""
    high, low, close = np.log(np.array([each.values[1:4] for each in bars])).transpose(1, 0, 2)
    features = feature_panel(high, low, close)
    days = np.array([each.end for each in bars]).astype("datetime64[D]").astype(np.int64)
    year = [days_of_year(each.symbol) for each in bars]
    median, year_high = daily_panel(days, features.sigma20, close, year, LEAST_READINGS)
    adopted, _ = adopt_history(suggested(TrendReadings.of(features, median, year_high), policy), policy.confirm_bars)
    return features, adopted
