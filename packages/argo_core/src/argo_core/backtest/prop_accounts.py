"""Many accounts at once under a prop firm's floors: the guard's rules as columns.

A test holds these floors against `risk.floors`, which the live guard uses, for every kind of rule.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.backtest.prop_standing import PropStanding
from argo_core.measures.panel import Floats, Integers
from argo_core.risk.watch_rules import DailyLoss, MaxLoss, PctOf, Trailing, WatchRules


@dataclass(slots=True, eq=False)
class PropAccounts:
    """P accounts between trades, when balance and equity are one. Money in shares of the initial capital, where a fresh
    account has 1. `anchor` is the balance at the day's beginning, `high_close` the highest day's end, `peak` the
    highest balance. Working memory of one simulation: the only value here that changes."""

    balance: Floats
    anchor: Floats
    high_close: Floats
    peak: Floats

    @classmethod
    def standing(cls, count: int, at: PropStanding) -> PropAccounts:
        """As many accounts that all stand there."""
        return cls(*(np.full(count, level) for level in (at.balance, at.anchor, at.high_close, at.peak)))

    def kept(self, rows: NDArray[np.bool_]) -> PropAccounts:
        """Those of `rows`."""
        return PropAccounts(self.balance[rows], self.anchor[rows], self.high_close[rows], self.peak[rows])

    def begin_day(self) -> None:
        """The coming day is measured from here."""
        self.high_close = np.maximum(self.high_close, self.balance)
        self.anchor = self.balance.copy()

    def settle(self, rows: Integers, profit: Floats) -> None:
        """A trade closes on each of these accounts."""
        self.balance[rows] += profit
        self.peak[rows] = np.maximum(self.peak[rows], self.balance[rows])

    def daily_floor(self, rules: WatchRules, rows: Integers) -> Floats:
        """The day's floor of these accounts; minus infinity without such a rule."""
        return np.full(rows.size, -np.inf) if rules.daily_loss is None else self._daily(rules.daily_loss, rows)

    def largest_floor(self, rules: WatchRules, rows: Integers) -> Floats:
        """Their floor of all days; minus infinity without such a rule."""
        return np.full(rows.size, -np.inf) if rules.max_loss is None else self._largest(rules.max_loss, rows)

    def _daily(self, rule: DailyLoss, rows: Integers) -> Floats:
        # Between trades balance and equity are one: which of the two the rule measures makes no difference.
        anchor = self.anchor[rows]
        return anchor - (1.0 if rule.of is PctOf.INITIAL else anchor) * rule.pct / 100.0

    def _largest(self, rule: MaxLoss, rows: Integers) -> Floats:
        if rule.trailing is Trailing.NONE:
            level = np.ones(rows.size)
        else:
            level = (self.high_close if rule.trailing is Trailing.END_OF_DAY else self.peak)[rows]
        floor: Floats = level - (1.0 if rule.of is PctOf.INITIAL else level) * rule.pct / 100.0
        return floor if rule.lock_level_pct is None else np.minimum(floor, rule.lock_level_pct / 100.0)
