"""The settings of the cycle."""

from __future__ import annotations

import enum

import msgspec

from argo_core.errors import ConfigError
from argo_core.pipeline.publish import Routes


class Reemit(enum.StrEnum):
    """ON_CHANGE: one open signal per symbol, direction and strategy. EVERY_EVALUATION: the seed's rate; a chain of
    equal signals then counts once in statistics."""

    ON_CHANGE = "on_change"
    EVERY_EVALUATION = "every_evaluation"


class CyclePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """`price_change_threshold` is a ratio (0.005 = 0.5 %): a symbol that moved less since it was last evaluated is
    skipped. `source_deadline_seconds` bounds each wave of questions."""

    strategy: str = "weighted_consensus_v6"
    service_type: str = "both"
    generated_by: str = "signal_generator"
    price_change_threshold: float = 0.005
    source_deadline_seconds: float = 4.0
    reemit: Reemit = Reemit.ON_CHANGE
    routes: Routes = Routes()

    def __post_init__(self) -> None:
        if not 0 <= self.price_change_threshold < 1:
            raise ConfigError(f"price_change_threshold {self.price_change_threshold} is a ratio: 0.005 means 0.5 %")
        if self.source_deadline_seconds <= 0:
            raise ConfigError("source_deadline_seconds must be positive")
