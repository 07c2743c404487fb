"""A market that one vendor sees wrongly."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from tests.argo.peers.living_market import LivingMarket
from tests.argo.peers.quotes import Rows, Trade


@dataclass
class Distorted:
    """Prices times `factor` (NaN for no number), and nothing newer than `lag_seconds` ago. `bars_until`: no bar that
    ends later, in seconds since 1970."""

    market: LivingMarket
    factor: float = 1.0
    lag_seconds: float = 0.0
    bars_until: float = float("inf")

    @property
    def symbols(self) -> tuple[str, ...]:
        return self.market.symbols

    def bars(self, symbol: str, seconds: int, first: float, last: float) -> Rows:
        now = self.now()
        rows = self.market.bars(symbol, seconds, first, min(last, now - self.lag_seconds, self.bars_until - seconds))
        scale = np.array([self.factor] * 4 + [1.0])[:, None]
        return dataclasses.replace(rows, values=rows.values * scale)

    def last(self, symbol: str) -> Trade:
        at = self.market.last(symbol).at - timedelta(seconds=self.lag_seconds)
        return Trade(round(self.market.price_at(symbol, at.timestamp()) * self.factor, 4), at)

    def now(self) -> float:
        """The market's time in seconds since 1970."""
        return self.market.last(self.symbols[0]).at.timestamp()
