"""How much to trade."""

from __future__ import annotations

import math

import msgspec

from argo_core.errors import ConfigError
from argo_core.model.asset import AssetType

CONFIDENCE_PIVOT, CONFIDENCE_SPAN, CONFIDENCE_GAIN = 75.0, 25.0, 0.5
MAX_CALM_FACTOR = 1.5
CRYPTO_DECIMALS = 6


class SizePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Percentages of equity, 0–100: `base_pct` at confidence 75, never more than `max_pct`."""

    base_pct: float
    max_pct: float
    fractional_shares: bool = False

    def __post_init__(self) -> None:
        if not (0 <= self.base_pct <= 100 and 0 <= self.max_pct <= 100):
            raise ConfigError("position sizes are percentages of equity: use 0 to 100")


def position_size(
    equity: float,
    price: float,
    confidence: float,
    asset_type: AssetType,
    policy: SizePolicy,
    calm: float | None = None,
) -> float:
    """Units to open: equity × base × (1 + (confidence − 75)/25 × 0.5) × min(`calm`, 1.5), at most max_pct of equity.

    `equity` and `price` in quote currency, `confidence` 0–100; `calm` is average volatility over the asset's, neutral
    (1) where it is unknown. Whole shares, rounded down, unless fractions are allowed; crypto to 6 decimals. 0 for an
    account without equity, a price that is none, and any NaN.
    """
    factor = 1.0 + (confidence - CONFIDENCE_PIVOT) / CONFIDENCE_SPAN * CONFIDENCE_GAIN
    wanted_pct = policy.base_pct * factor * (1.0 if calm is None else min(calm, MAX_CALM_FACTOR))
    if not (equity > 0 and 0 < price < math.inf and wanted_pct > 0):
        return 0.0
    units = equity * min(wanted_pct, policy.max_pct) / 100.0 / price
    step = 1.0 if asset_type is AssetType.EQUITY and not policy.fractional_shares else 10.0**CRYPTO_DECIMALS
    # Rounded first: 0.3 / 0.1 is a hair below 3, and a whole share would be lost to it.
    return math.floor(round(units * step, 6)) / step
