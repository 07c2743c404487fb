"""Many accounts at once under a prop firm's floors: the guard's rules as columns.

A test holds these floors against `risk.floors`, which the live guard uses, for every kind of rule.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.measures.panel import Floats
from argo_core.risk.watch_rules import DailyLoss, MaxLoss, PctOf, Trailing, WatchRules


@dataclass(slots=True, eq=False)
class PropAccounts:
    """P accounts between trades, when balance and equity are one. Money in shares of the initial capital: all begin at
    1. `anchor` is the balance at the day's beginning, `high_close` the highest day's end, `peak` the highest balance.
    Working memory of one simulation: the only value here that changes."""

    balance: Floats
    anchor: Floats
    high_close: Floats
    peak: Floats

    @classmethod
    def fresh(cls, count: int) -> PropAccounts:
        """Accounts that have not traded."""
        return cls(np.ones(count), np.ones(count), np.ones(count), np.ones(count))

    def kept(self, rows: NDArray[np.bool_]) -> PropAccounts:
        """Those of `rows`."""
        return PropAccounts(self.balance[rows], self.anchor[rows], self.high_close[rows], self.peak[rows])

    def begin_day(self) -> None:
        """The coming day is measured from here."""
        self.high_close = np.maximum(self.high_close, self.balance)
        self.anchor = self.balance.copy()

    def settle(self, profit: Floats) -> None:
        """A trade closes on each account."""
        self.balance = self.balance + profit
        self.peak = np.maximum(self.peak, self.balance)

    def daily_floor(self, rules: WatchRules) -> Floats:
        """The day's floor, (P,); minus infinity without such a rule."""
        return np.full_like(self.balance, -np.inf) if rules.daily_loss is None else self._daily(rules.daily_loss)

    def largest_floor(self, rules: WatchRules) -> Floats:
        """The floor of all days, (P,); minus infinity without such a rule."""
        return np.full_like(self.balance, -np.inf) if rules.max_loss is None else self._largest(rules.max_loss)

    def _daily(self, rule: DailyLoss) -> Floats:
        # Between trades balance and equity are one: which of the two the rule measures makes no difference.
        share = np.ones_like(self.anchor) if rule.of is PctOf.INITIAL else self.anchor
        return self.anchor - share * rule.pct / 100.0

    def _largest(self, rule: MaxLoss) -> Floats:
        level = {
            Trailing.NONE: np.ones_like(self.balance),
            Trailing.END_OF_DAY: self.high_close,
            Trailing.INTRADAY: self.peak,
        }[rule.trailing]
        share = np.ones_like(level) if rule.of is PctOf.INITIAL else level
        floor: Floats = level - share * rule.pct / 100.0
        return floor if rule.lock_level_pct is None else np.minimum(floor, rule.lock_level_pct / 100.0)
