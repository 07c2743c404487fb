"""Where an account stands in its challenge when the simulation takes it over."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import msgspec

from argo_core.errors import DataError
from argo_core.model.trade import Trade
from argo_core.risk.floors import measured
from argo_core.risk.watch_rules import Measure, WatchRules
from argo_core.risk.watch_state import WatchState


class PropStanding(msgspec.Struct, frozen=True, kw_only=True):
    """Money in shares of the initial capital. `balance` with open positions closed at their last prices, `anchor` what
    the day's loss is measured from, `high_close` the highest day's end, `peak` the highest equity; `traded_days` before
    today with a trade and `best_day`, what the best of them brought; `today_traded`: today counts as one already.

    Raises DataError `bad_standing` for figures that are not finite and above 0.
    """

    balance: float = 1.0
    anchor: float = 1.0
    high_close: float = 1.0
    peak: float = 1.0
    traded_days: int = 0
    best_day: float = 0.0
    today_traded: bool = False

    def __post_init__(self) -> None:
        levels = (self.balance, self.anchor, self.high_close, self.peak)
        if not all(math.isfinite(each) and each > 0 for each in levels) or not math.isfinite(self.best_day):
            raise DataError("bad_standing", "an account's levels are shares of its initial capital, finite and above 0")
        if self.traded_days < 0:
            raise DataError("bad_standing", f"{self.traded_days} days with a trade: give 0 or more")


FRESH = PropStanding()


def standing_of(state: WatchState, rules: WatchRules, trades: Sequence[Trade]) -> PropStanding:
    """The account as the watch last measured it, with its finished `trades`, oldest first. Days of trades are UTC days
    of closing; those since the watch's anchor are today's. Raises DataError `bad_standing`."""
    initial = state.initial
    below = Measure.BALANCE if rules.daily_loss is None else rules.daily_loss.below
    earlier: dict[date, float] = {}
    for trade in trades:
        if trade.closed_at < state.anchor_at:
            money = trade.quantity * trade.entry_price * trade.net_pct / 100.0
            earlier[trade.closed_at.date()] = earlier.get(trade.closed_at.date(), 0.0) + money / initial
    return PropStanding(
        balance=state.equity / initial,
        anchor=measured(below, state.anchor_balance, state.anchor_equity) / initial,
        high_close=max(state.high_close, initial) / initial,
        peak=max(state.peak_equity, initial) / initial,
        traded_days=len(earlier),
        best_day=max(earlier.values(), default=0.0),
        today_traded=any(trade.closed_at >= state.anchor_at for trade in trades),
    )
