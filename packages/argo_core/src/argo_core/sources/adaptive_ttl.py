"""How long a vendor's answer about a symbol stays good."""

from __future__ import annotations

import math

import msgspec

from argo_core.model.asset import AssetType


class AdaptiveTtl(msgspec.Struct, frozen=True, kw_only=True):
    """Times to live in seconds. `move_pct`: a price further than this from the answer's, in percent of the answer's,
    makes it old at once."""

    equity_seconds: float = 20.0
    equity_volatile_seconds: float = 10.0
    equity_closed_seconds: float = 300.0
    crypto_seconds: float = 30.0
    crypto_volatile_seconds: float = 10.0
    move_pct: float = 1.0

    def ttl_seconds(self, asset_type: AssetType, *, volatile: bool, market_open: bool) -> float:
        """For an answer that is taken now. Crypto trades around the clock: `market_open` says nothing of it."""
        if asset_type is AssetType.CRYPTO:
            return self.crypto_volatile_seconds if volatile else self.crypto_seconds
        if not market_open:
            return self.equity_closed_seconds
        return self.equity_volatile_seconds if volatile else self.equity_seconds

    def moved(self, price_then: float, price_now: float) -> bool:
        """Whether the price has left the answer behind. A price that is none (NaN, infinite, 0 or less) is no move:
        it never makes us ask more often."""
        if not (math.isfinite(price_then) and math.isfinite(price_now) and price_then > 0 and price_now > 0):
            return False
        return abs(price_now / price_then - 1.0) * 100.0 > self.move_pct
