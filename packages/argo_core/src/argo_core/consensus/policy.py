"""The settings of Weighted Consensus v6.0, as one frozen value."""

from __future__ import annotations

import enum

import msgspec
import numpy as np
from numpy.typing import NDArray

from argo_core.errors import ConfigError
from argo_core.model.regime import Regime


class Missing(enum.StrEnum):
    """What an absent source does: leave the others to share its weight, or count as a vote for nothing."""

    RENORMALISE = "renormalise"
    COUNT_AGAINST = "count_against"


DEFAULT_FACTORS = {"BULL": 1.00, "BEAR": 0.95, "CHOP": 0.90, "CRISIS": 0.75}


class ConsensusPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """`threshold` and `thresholds` (by regime name) 0–100; `min_coverage` and `regime_factors` ratios 0–1.

    `max_staleness_seconds`: a price older than this is no price. `max_deviation_pct`: how far two sources' prices of
    one symbol may lie apart, in percent of the lower. A regime that is unknown uses the factor of CHOP.
    """

    threshold: float = 75.0
    thresholds: dict[str, float] = {}
    min_coverage: float = 0.5
    missing: Missing = Missing.RENORMALISE
    regime_factors: dict[str, float] = msgspec.field(default_factory=lambda: dict(DEFAULT_FACTORS))
    max_staleness_seconds: float = 300.0
    max_deviation_pct: float = 5.0

    def __post_init__(self) -> None:
        names = {regime.name for regime in Regime} - {"UNKNOWN"}
        for label, table in (("thresholds", self.thresholds), ("regime_factors", self.regime_factors)):
            unknown = set(table) - names
            if unknown:
                raise ConfigError(f"{label}: {', '.join(sorted(unknown))} is no regime: use {', '.join(sorted(names))}")
        if names - set(self.regime_factors):
            raise ConfigError(f"regime_factors lacks {', '.join(sorted(names - set(self.regime_factors)))}")
        for value in (self.threshold, *self.thresholds.values()):
            if not 0 <= value <= 100:
                raise ConfigError(f"threshold {value} is outside 0–100")
        for value in (self.min_coverage, *self.regime_factors.values()):
            if not 0 <= value <= 1:
                raise ConfigError(f"min_coverage and regime_factors are ratios 0–1, not {value}")
        if not (self.max_staleness_seconds > 0 and self.max_deviation_pct > 0):
            raise ConfigError("max_staleness_seconds and max_deviation_pct must be positive")

    def factors(self) -> NDArray[np.float64]:
        """Regime factors indexed by `Regime` value."""
        return self._by_regime(self.regime_factors, self.regime_factors["CHOP"])

    def threshold_table(self) -> NDArray[np.float64]:
        """Thresholds indexed by `Regime` value."""
        return self._by_regime(self.thresholds, self.threshold)

    @staticmethod
    def _by_regime(table: dict[str, float], default: float) -> NDArray[np.float64]:
        values = np.full(len(Regime), default)
        for name, value in table.items():
            values[Regime[name]] = value
        if Regime.UNKNOWN.name not in table and "CHOP" in table:
            values[Regime.UNKNOWN] = table["CHOP"]
        return values
