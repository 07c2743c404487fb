"""What an indicator vendor measured of one symbol."""

from __future__ import annotations

from datetime import datetime

import msgspec


class IndicatorReadings(msgspec.Struct, frozen=True, kw_only=True):
    """Readings of one bar. `rsi` 0–100 (14 bars); `macd`, `macd_signal` (12, 26, 9) and `sma` (20) in quote currency,
    `sma` above 0. `at`: since when the bar has been complete; `received_at`: when the readings came here; both UTC.
    """

    symbol: str
    rsi: float
    macd: float
    macd_signal: float
    sma: float
    at: datetime
    received_at: datetime
    feed: str

    @property
    def macd_hist(self) -> float:
        """MACD minus its signal line."""
        return self.macd - self.macd_signal
