"""What is to be done at a venue so that a position is protected."""

from __future__ import annotations

import msgspec

from argo_core.errors import ConfigError
from argo_core.model.order import OrderIntent


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Submit this order, because."""

    intent: OrderIntent
    why: str


class Withdraw(msgspec.Struct, frozen=True, kw_only=True):
    """Cancel this order, because."""

    client_order_id: str
    why: str


ProtectiveStep = Place | Withdraw


class ProtectionRules(msgspec.Struct, frozen=True, kw_only=True):
    """How positions are protected.

    `partial_fill_seconds` ≥ 0: how long an entry may stay filled in part, with its legs still waiting, before the rest
    is called off. `adopted_stop_pct`, 0–50: how far from the market the stop of a position stands that no signal gave
    one. `local_oco`: kinds of asset (`AssetType` values) whose venue knows no bracket: a stop-limit rests there, and
    the target is watched here. `stop_limit_pct`, 0–50: how far beyond its stop such an order may still fill.
    """

    partial_fill_seconds: float = 5.0
    adopted_stop_pct: float = 2.0
    local_oco: frozenset[str] = frozenset()
    stop_limit_pct: float = 1.0

    def __post_init__(self) -> None:
        if not (self.partial_fill_seconds >= 0 and 0 < self.adopted_stop_pct < 50 and 0 < self.stop_limit_pct < 50):
            raise ConfigError("protection: seconds are 0 or more, percentages above 0 and below 50")
