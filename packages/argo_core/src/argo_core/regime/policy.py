"""Every threshold of the regime rules, named."""

from __future__ import annotations

import msgspec

from argo_core.errors import ConfigError


class RegimePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """`trend_adx`: ADX(14) from which a trend is strong. `crisis_volatility_ratio`: 20-bar volatility over its one-year
    median. `crisis_drawdown_pct`: fall from the one-year high of closes. `confirm_bars`: how many bars in a row a
    regime must hold before it is adopted."""

    trend_adx: float = 25.0
    crisis_volatility_ratio: float = 2.5
    crisis_drawdown_pct: float = 15.0
    confirm_bars: int = 3

    def __post_init__(self) -> None:
        if not (0 < self.trend_adx < 100 and self.crisis_volatility_ratio > 0 and 0 < self.crisis_drawdown_pct < 100):
            raise ConfigError(
                "regime: trend_adx and crisis_drawdown_pct lie in (0, 100), crisis_volatility_ratio above 0"
            )
        if self.confirm_bars < 1:
            raise ConfigError("regime: confirm_bars is at least 1")
