"""What a vendor said and nobody took."""

from __future__ import annotations

from datetime import datetime

import msgspec

ALL_VENDORS = "all"


class Rejection(msgspec.Struct, frozen=True, kw_only=True):
    """A datum that was not taken as it came: `measured` and `limit` are in the unit of its `kind`.

    clock_skew: seconds ahead of our clock. bad_price: the price. bad_bars: how many rows came. gap: bars missing in a
    row. late: bars of trading time since the newest one. split: how many shares one became, the history was taken anew.
    jump: ratio of two prices, the symbol is held back. deviation: percent between the vendor's mean and the market's.
    unknown_symbol: 0 prices, of `ALL_VENDORS`: none is to blame.
    """

    vendor: str
    symbol: str
    kind: str
    measured: float
    limit: float
    at: datetime
