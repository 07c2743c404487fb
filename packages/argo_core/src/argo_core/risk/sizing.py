"""How much to trade."""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec

from argo_core.errors import ConfigError
from argo_core.model.asset import AssetType

CONFIDENCE_PIVOT, CONFIDENCE_SPAN, CONFIDENCE_GAIN = 75.0, 25.0, 0.5
MAX_CALM_FACTOR = 1.5
FRACTION = 1e-6
# 0.3 / 0.1 is a hair below 3, and a whole share would be lost to it.
ROUNDING = 1.0 + 1e-12


class SizePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Percentages of equity, 0–100: `base_pct` at confidence 75, never more than `max_pct`.

    `increments`: the venue's smallest step of a divisible asset by symbol, in units > 0; a millionth elsewhere.
    """

    base_pct: float
    max_pct: float
    fractional_shares: bool = False
    increments: Mapping[str, float] = {}

    def __post_init__(self) -> None:
        if not (0 <= self.base_pct <= 100 and 0 <= self.max_pct <= 100):
            raise ConfigError("position sizes are percentages of equity: use 0 to 100")
        if not all(0 < step < math.inf for step in self.increments.values()):
            raise ConfigError("position sizes: an increment is a number of units above 0")


class PositionSizer(msgspec.Struct, frozen=True):
    """A size policy at work."""

    policy: SizePolicy

    def size(
        self,
        equity: float,
        price: float,
        confidence: float,
        asset_type: AssetType = AssetType.EQUITY,
        *,
        calm: float | None = None,
        size_factor: float = 1.0,
    ) -> float:
        """Units to open, as `position_size`."""
        return position_size(equity, price, confidence, asset_type, self.policy, calm, size_factor)


def position_size(
    equity: float,
    price: float,
    confidence: float,
    asset_type: AssetType,
    policy: SizePolicy,
    calm: float | None = None,
    size_factor: float = 1.0,
    increment: float | None = None,
) -> float:
    """Units to open: equity × base × (1 + (confidence − 75)/25 × 0.5) × min(`calm`, 1.5), at most max_pct of equity,
    then × `size_factor` (0–1).

    `equity` and `price` in quote currency, `confidence` 0–100; `calm` is average volatility over the asset's, neutral
    (1) where it is unknown. Whole shares, rounded down, unless fractions are allowed; crypto to `increment`, a
    millionth where none is given. 0 for an account without equity, a price that is none, and any NaN.
    """
    factor = 1.0 + (confidence - CONFIDENCE_PIVOT) / CONFIDENCE_SPAN * CONFIDENCE_GAIN
    wanted_pct = policy.base_pct * factor * (1.0 if calm is None else min(calm, MAX_CALM_FACTOR))
    if not (0 < equity < math.inf and 0 < price < math.inf and wanted_pct > 0 and 0 < size_factor <= 1):
        return 0.0
    units = equity * min(wanted_pct, policy.max_pct) / 100.0 * size_factor / price
    return _rounded_down(units, step_of(asset_type, policy, increment))


def step_of(asset_type: AssetType, policy: SizePolicy, increment: float | None) -> float:
    """The smallest step of a quantity, in units."""
    if asset_type is AssetType.EQUITY:
        return FRACTION if policy.fractional_shares else 1.0
    return FRACTION if increment is None else increment


def _rounded_down(units: float, step: float) -> float:
    if not units < math.inf:
        return 0.0
    steps = math.floor(units / step * ROUNDING)
    # A quotient where the step is a decimal fraction: 155949 / 1e6 is the float nearest to 0.155949, the product not.
    inverse = round(1.0 / step)
    return steps / inverse if inverse >= 1 and math.isclose(inverse * step, 1.0, rel_tol=1e-9) else steps * step
