"""How kind a simulated exchange is: how much it fills, when it trades, whom it refuses. Values, decided by a seed."""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec

from argo_core.errors import ConfigError
from argo_core.execution.lots import QUANTITY_DECIMALS
from argo_core.model.instant import require_utc

_PURPOSE = b"argo simulated exchange\x00"
_SPACE = 2.0**64


class TradingHalt(msgspec.Struct, frozen=True, kw_only=True):
    """A symbol does not trade from `begins` until before `ends`, aware instants of market time.

    Orders are taken, nothing is filled, prices go on. Raises ConfigError where it ends before it begins, DataError
    `naive_time`.
    """

    symbol: str
    begins: datetime
    ends: datetime

    def __post_init__(self) -> None:
        if not require_utc(self.begins) < require_utc(self.ends):
            raise ConfigError(f"trading halt of {self.symbol}: it ends after it begins, or it is none")


class ExchangePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """By default everything is filled at once, always, for everybody.

    `volume_pct`: so much of a bar's volume one order takes at most, above 0 up to 100; None: all it asks for. Of an
    order of whole units whole units are filled. `reject_pct`, 0–100: the share of orders that is refused; which ones
    follows from `seed` and the order's id alone. With `next_open` a market order waits for the next bar's open instead
    of being filled at the price of the decision: that of a close cannot be had once it is known. Raises ConfigError.
    """

    volume_pct: float | None = None
    halts: tuple[TradingHalt, ...] = ()
    reject_pct: float = 0.0
    seed: int = 0
    next_open: bool = False

    def __post_init__(self) -> None:
        if not (self.volume_pct is None or 0 < self.volume_pct <= 100):
            raise ConfigError("simulated exchange: volume_pct is above 0 and at most 100, or left out")
        if not 0 <= self.reject_pct <= 100:
            raise ConfigError("simulated exchange: reject_pct is a percentage from 0 to 100")

    def halted(self, symbol: str, at: datetime) -> bool:
        """True where the symbol does not trade at that market time."""
        if not self.halts:  # asked for every bar, and nearly always so
            return False
        return any(halt.symbol == symbol and halt.begins <= at < halt.ends for halt in self.halts)

    def refuses(self, client_order_id: str) -> bool:
        """True for the share of ids that is refused, the same ones for ever."""
        if self.reject_pct == 0:
            return False
        digest = hashlib.sha256(_PURPOSE + f"{self.seed}\x00{client_order_id}".encode()).digest()
        return int.from_bytes(digest[:8], "big") / _SPACE < self.reject_pct / 100.0

    def share(self, volume: float, quantity: float) -> float:
        """What of `quantity` (units > 0) a bar of this volume can fill, ≥ 0."""
        if self.volume_pct is None:
            return quantity
        available = volume * self.volume_pct / 100.0
        if available >= quantity:
            return quantity
        return float(int(available)) if quantity.is_integer() else round(available, QUANTITY_DECIMALS)
