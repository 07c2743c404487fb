"""What trading costs on a simulated exchange."""

from __future__ import annotations

import msgspec

from argo_core.errors import ConfigError


class CostPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Percentages of the price and of the traded worth, 0–10. Prices of bars lie in the middle of the spread, so that
    each side pays half of it. Limit orders pay the fee and no slippage, and wait until the other side comes to them."""

    slippage_pct: float = 0.05
    fee_pct: float = 0.1
    spread_pct: float = 0.0

    def __post_init__(self) -> None:
        if not all(0 <= cost <= 10 for cost in (self.slippage_pct, self.fee_pct, self.spread_pct)):
            raise ConfigError("slippage, fee and spread are percentages from 0 to 10")

    def slipped(self, price: float, side: int) -> float:
        """The price that a taker gets: higher for a buyer (`side` 1), lower for a seller (-1)."""
        return price * (1.0 + side * (self.slippage_pct + self.spread_pct / 2.0) / 100.0)

    def quoted(self, price: float, side: int) -> float:
        """What the other side asks of a buyer (1) or bids a seller (-1)."""
        return price * (1.0 + side * self.spread_pct / 200.0)

    def fee(self, quantity: float, price: float) -> float:
        """The fee of a trade, in quote currency."""
        return quantity * price * self.fee_pct / 100.0
