"""Stop and target of a proposed signal."""

from __future__ import annotations

import math

import msgspec

from argo_core.errors import ConfigError
from argo_core.model.asset import AssetType
from argo_core.model.direction import Direction
from argo_core.risk.tick import quantised


class LevelPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """`stop_atr` × ATR(14) is the stop distance, at most `max_stop_pct` of the entry; the target lies
    `reward_to_risk` stop distances away. With `fixed_stop_pct` the distance is that percentage instead."""

    stop_atr: float = 1.5
    max_stop_pct: float = 3.0
    reward_to_risk: float = 2.0
    fixed_stop_pct: float | None = None

    def __post_init__(self) -> None:
        fixed = self.max_stop_pct if self.fixed_stop_pct is None else self.fixed_stop_pct
        if not (self.stop_atr > 0 and 0 < self.max_stop_pct < 50 and self.reward_to_risk > 0 and 0 < fixed < 50):
            raise ConfigError("levels: stop_atr and reward_to_risk are above 0, stop percentages lie in (0, 50)")


class Levels(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Prices in quote currency, quantised; stop and target lie on opposite sides of the entry."""

    entry_price: float
    stop_price: float
    target_price: float


def protective_levels(
    asset_type: AssetType, direction: Direction, price: float, atr_ratio: float, policy: LevelPolicy
) -> Levels | None:
    """Levels for an entry at `price` (> 0); `atr_ratio` is ATR(14) as a ratio of price (of log prices), NaN if unknown.

    None where no honest level exists: unknown or zero range without a fixed distance, or a distance below one step.
    """
    if policy.fixed_stop_pct is not None:
        distance = policy.fixed_stop_pct / 100.0
    elif math.isfinite(atr_ratio) and atr_ratio > 0:
        distance = policy.stop_atr * atr_ratio
    else:
        return None
    entry = quantised(asset_type, price)
    width = entry * min(distance, policy.max_stop_pct / 100.0)
    sign = 1.0 if direction is Direction.LONG else -1.0
    stop = quantised(asset_type, entry - sign * width)
    target = quantised(asset_type, entry + sign * policy.reward_to_risk * width)
    if entry <= 0 or min(stop, target) <= 0 or entry in (stop, target):
        return None
    return Levels(entry_price=entry, stop_price=stop, target_price=target)
