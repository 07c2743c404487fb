"""What a round trip is taken to cost, so that a result can be stated net of it."""

from __future__ import annotations

import msgspec

from argo_core.errors import ConfigError
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.outcome import Outcome

_MOST = 1_000.0


class CostPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Basis points of the entry price (100 = 1 %), for entry and exit together: fees, spread and slippage."""

    stock_bps: float = 10.0
    crypto_bps: float = 50.0

    def __post_init__(self) -> None:
        if not (0 <= self.stock_bps <= _MOST and 0 <= self.crypto_bps <= _MOST):
            raise ConfigError("costs: stock_bps and crypto_bps are basis points between 0 and 1000")

    @property
    def text(self) -> str:
        """The policy in words, as it is logged by its hash."""
        return (
            "Costs of the signal record\n\n"
            "Net result = gross result less the costs of a round trip, in percent of the entry price:\n"
            f"stocks {self.stock_bps / 100:.4f} %, crypto {self.crypto_bps / 100:.4f} %.\n"
        )

    def applied(self, ended: Outcome) -> Outcome:
        """The outcome with its net result, in percent."""
        costs = self.crypto_bps if asset_type_of(ended.symbol) is AssetType.CRYPTO else self.stock_bps
        return msgspec.structs.replace(ended, net_pct=round(ended.profit_loss_pct - costs / 100, 6) + 0.0)
