"""What trading costs on a simulated exchange."""

from __future__ import annotations

import msgspec

from argo_core.errors import ConfigError


class CostPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Percentages of the price and of the traded worth, 0–10. Limit orders pay the fee and no slippage."""

    slippage_pct: float = 0.05
    fee_pct: float = 0.1

    def __post_init__(self) -> None:
        if not (0 <= self.slippage_pct <= 10 and 0 <= self.fee_pct <= 10):
            raise ConfigError("slippage and fee are percentages from 0 to 10")

    def slipped(self, price: float, side: int) -> float:
        """The price that a taker gets: higher for a buyer (`side` 1), lower for a seller (-1)."""
        return price * (1.0 + side * self.slippage_pct / 100.0)

    def fee(self, quantity: float, price: float) -> float:
        """The fee of a trade, in quote currency."""
        return quantity * price * self.fee_pct / 100.0
