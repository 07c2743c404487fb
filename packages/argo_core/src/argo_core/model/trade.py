"""One finished trade: what a signal's position cost and brought on one account."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Trade(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The part of a signal's position that was closed when nothing of it was left on this account.

    `mode` is simulated, paper, live or prop; `quantity` > 0; prices are means weighted by quantity, `fees` ≥ 0 those
    of entry and exit together, in quote currency. `gross_pct` and `net_pct` are percentages of the entry's worth,
    before and after fees. `exit` says what closed it: stop, target, signal, flatten, external or adjustment. Times are
    the venue's.
    """

    trade_id: str
    signal_id: str
    executor_id: str
    mode: str
    symbol: str
    action: str
    quantity: float
    entry_price: float
    exit_price: float
    fees: float
    gross_pct: float
    net_pct: float
    exit: str
    opened_at: datetime
    closed_at: datetime
