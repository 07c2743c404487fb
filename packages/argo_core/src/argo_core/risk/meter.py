"""How much of a limit is used."""

from __future__ import annotations

import msgspec

DAILY_LOSS, DRAWDOWN, CORRELATION = "daily_loss", "drawdown", "correlation"


class Meter(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """`used` ≥ 0 and `limit` > 0 in the unit of the rule, `pct` how much of the limit is used: 100 is all of it.

    `daily_loss` and `drawdown` are in percent of the money that the rule's percentage is of. `correlation` is the mean
    correlation of the open positions, weighted by worth, a short's sign turned; it moves no level.
    """

    name: str
    used: float
    limit: float
    pct: float
