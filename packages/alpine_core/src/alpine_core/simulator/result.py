"""What comes out: trades, what was not traded and why, figures, and the curves beside each other."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from alpine_core.simulator.plan import FollowPlan


class SkipReason(StrEnum):
    """Why a signal was not traded."""

    NO_MARK = "no_mark"
    ENDED_BEFORE = "ended_before"
    LEVEL_PASSED = "level_passed"
    NO_EXIT_PRICE = "no_exit_price"
    NO_STOP = "no_stop"
    MAX_OPEN = "max_open"
    NO_CASH = "no_cash"


class Skip(msgspec.Struct, frozen=True, kw_only=True):
    """One signal that was not traded."""

    signal_id: str
    symbol: str
    at: datetime
    reason: SkipReason


class Trade(msgspec.Struct, frozen=True, kw_only=True):
    """One finished trade. Prices are those of the fills, slippage within. Money has two decimals, per cent four.

    `exit`: the published result, or `stop_by_bars`, `target_by_bars` where the record has none yet, or the follower was
    still in when the published trade had ended. `fees` are those of both orders, `net` is after them and `net_pct` is
    net in per cent of `value`, which was paid in at the entry. `ambiguous`: one bar touched stop and target, and the
    stop was taken.
    """

    signal_id: str
    symbol: str
    is_long: bool
    quantity: float
    value: float
    entered_at: datetime
    entry_price: float
    exited_at: datetime
    exit_price: float
    exit: str
    fees: float
    slippage: float
    net: float
    net_pct: float
    ambiguous: bool


class OpenTrade(msgspec.Struct, frozen=True, kw_only=True):
    """A trade that has not ended. `unrealised`: its result at `mark_price`, without the costs of leaving it.

    `mark_price` and `marked_at` are the last bar's close and start, None where no bar came after the entry: it counts
    as worth what it cost.
    """

    signal_id: str
    symbol: str
    is_long: bool
    quantity: float
    value: float
    entered_at: datetime
    entry_price: float
    mark_price: float | None
    marked_at: datetime | None
    unrealised: float


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Money has two decimals, per cent four. `max_drawdown_pct` is 0–100 of the highest equity before.

    `win_rate_pct` with its 95 % Wilson interval is of the `trades` that ended, None without any; a trade wins if its
    net is above 0.
    """

    final_equity: float
    return_pct: float
    max_drawdown_pct: float
    trades: int
    wins: int
    win_rate_pct: float | None
    win_rate_low_pct: float | None
    win_rate_high_pct: float | None
    fees: float
    slippage: float


class CurvePoint(msgspec.Struct, frozen=True, kw_only=True):
    """Equity at one moment: of the follower, of the record as published, and of holding; None: not known then."""

    at: datetime
    followed: float
    published: float
    held: float | None


class Simulation(msgspec.Struct, frozen=True, kw_only=True):
    """`signals` is how many were given: each is in `trades`, `open` or `skipped`.

    `published` are the figures of `plan.published()`; `held` those of holding, None where no price is known;
    `unpriced` the symbols that could not be held for want of one. `assumptions` are sentences for a person.
    """

    plan: FollowPlan
    signals: int
    trades: tuple[Trade, ...]
    open: tuple[OpenTrade, ...]
    skipped: tuple[Skip, ...]
    figures: Figures
    published: Figures
    held_final: float | None
    held_return_pct: float | None
    unpriced: tuple[str, ...]
    curve: tuple[CurvePoint, ...]
    assumptions: tuple[str, ...]
