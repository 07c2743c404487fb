"""What a month came to, as it was told on the first of the next."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from alpine_core.model.tier import Tier

MonthName = Annotated[str, Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])\Z")]


class MonthlyLine(msgspec.Struct, frozen=True, kw_only=True):
    """Of one symbol: `won` of `count` signals with a result, `mean_net_pct` of one of them, after costs."""

    symbol: str
    won: int
    count: int
    mean_net_pct: float


class MonthlyReport(msgspec.Struct, frozen=True, kw_only=True):
    """Of the signals that ended in `month` (YYYY-MM, UTC), as known at `made_at`.

    `closed` ended, `without_result` of them have no price and are in no figure, `replayed` were made from recorded
    history. `won` of `count`; `mean_net_pct` is of one signal after costs with the 95 % interval `low` to `high`, None
    for fewer than 30; `profit_factor` None where nothing was lost; `change_pct` of a capital of which `stake_pct`
    follows each signal, `max_drawdown_pct` its deepest fall.
    """

    month: MonthName
    made_at: datetime
    closed: int
    without_result: int
    replayed: int
    won: int
    count: int
    mean_net_pct: float | None
    low: float | None
    high: float | None
    profit_factor: float | None
    stake_pct: float
    change_pct: float
    max_drawdown_pct: float
    by_symbol: tuple[MonthlyLine, ...]


class MonthlyReader(msgspec.Struct, frozen=True, kw_only=True):
    """An account that asked for the report, with a confirmed address."""

    account_id: str
    email: str
    tier: Tier
