"""A small market with known bars and prices, which every market vendor's tests serve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from argo_core.model.bars import Bars
from argo_core.model.last_price import LastPrice
from argo_core.model.timeframe import Timeframe

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
TRADED_AT = datetime(2026, 11, 20, 15, 29, 30, tzinfo=UTC)
HOUR = Timeframe.parse("1Hour")
UNKNOWN = "NOSUCH"
BARS = 30


@dataclass(frozen=True, slots=True)
class SampleMarket:
    """Hourly bars of shares and a coin; the last one is in progress at `NOW`. `prices` were seen at `TRADED_AT`."""

    bars: dict[str, Bars]
    prices: dict[str, float]

    @property
    def symbols(self) -> list[str]:
        return list(self.bars)


def sample_market() -> SampleMarket:
    """AAPL, BRK.B and BTC-USD: 30 hours up to the one in progress, whose close is the price of the moment."""
    start = np.datetime64("2026-11-20T15:00", "us") - np.arange(BARS)[::-1] * np.timedelta64(1, "h")
    wave = np.sin(np.arange(BARS) / 3.0)
    bars = {}
    for symbol, level in (("AAPL", 175.0), ("BRK.B", 480.5), ("BTC-USD", 91_000.0)):
        close = np.round(level * (1.0 + 0.01 * wave), 2)
        table = np.array([close - 0.25, close + 0.5, close - 0.75, close, 1000.0 + np.arange(BARS)])
        bars[symbol] = Bars.of(symbol, HOUR, start, table)
    return SampleMarket(bars, {symbol: float(each.close[-1]) for symbol, each in bars.items()})


def sample_price(market: SampleMarket, symbol: str, feed: str) -> LastPrice:
    """The price of the moment as a vendor tells it."""
    return LastPrice(symbol=symbol, price=market.prices[symbol], at=TRADED_AT, received_at=NOW, feed=feed)
