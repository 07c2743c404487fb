"""What a market vendor said last of a symbol's price, and what it took back."""

from __future__ import annotations

from datetime import datetime

import msgspec


class LastPrice(msgspec.Struct, frozen=True, kw_only=True):
    """`price` in quote currency, above 0. `at`: the vendor's time of it, UTC; `received_at`: when it came here.

    `feed` names what it is taken from, for instance `iex` or `delayed`; it stands beside every vote that rests on it.
    `trade`: the vendor's mark of the very trade, empty where it tells none.
    """

    symbol: str
    price: float
    at: datetime
    received_at: datetime
    feed: str
    trade: str = ""


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True):
    """The trade of that mark was cancelled or corrected after it had been told: nobody may rely on its price."""

    symbol: str
    trade: str
