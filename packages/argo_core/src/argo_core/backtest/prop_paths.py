"""The paths of a challenge, all at once, day by day and trade by trade."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from argo_core.backtest.prop_accounts import PropAccounts
from argo_core.backtest.prop_course import PropCourse
from argo_core.backtest.prop_trades import TradeDraw, TradePlan
from argo_core.measures.panel import Floats
from argo_core.risk.watch_rules import WatchRules

# Sums of percentages round: an account within a billionth of the capital has reached a level.
_HAIR = 1e-9


class PathEnd(enum.IntEnum):
    """How a path ended. UNDECIDED: neither within the days allowed to a step."""

    UNDECIDED = 0
    PASSED = 1
    DAILY_LOSS = 2
    DRAWDOWN = 3


@dataclass(frozen=True, slots=True, eq=False)
class PropPaths:
    """`ends` int8 (P,): `PathEnd`; `days` (P,) over all steps; `steps` (P,): steps passed."""

    ends: NDArray[np.int8]
    days: NDArray[np.int64]
    steps: NDArray[np.int64]


def walk_course(
    course: PropCourse, trades: TradeDraw, plan: TradePlan, paths: int, days: int, generator: Generator
) -> PropPaths:
    """Walks `paths` accounts through every step of the course, each step in at most `days` days.

    After each trade the floors are checked before the target. Once a step's objectives are met nothing more is risked;
    the days that are still missing pass with trades of no size.
    """
    ends = np.full(paths, PathEnd.PASSED, dtype=np.int8)
    taken, steps = np.zeros(paths, dtype=np.int64), np.zeros(paths, dtype=np.int64)
    trades.begin(paths, generator)
    for target in course.targets_pct:
        rows = np.flatnonzero(ends == PathEnd.PASSED)
        if not rows.size:
            break
        step = _Step(course, plan, 1.0 + target / 100.0, rows)
        for _ in range(days):
            if not step.rows.size:
                break
            step.day(trades, generator, ends, taken)
        ends[step.rows] = PathEnd.UNDECIDED
        steps[ends == PathEnd.PASSED] += 1
    return PropPaths(ends, taken, steps)


class _Step:
    """The paths that are still under way in one step; `rows` are their numbers."""

    def __init__(self, course: PropCourse, plan: TradePlan, target: float, rows: NDArray[np.int64]) -> None:
        self.rows = rows
        self._course, self._plan, self._target = course, plan, target
        self._rules: WatchRules = course.rules.watch(1.0)
        self._accounts = PropAccounts.fresh(rows.size)
        self._traded = np.zeros(rows.size, dtype=np.int64)
        self._best_day = np.zeros(rows.size)
        self._met = np.zeros(rows.size, dtype=np.bool_)

    def day(self, trades: TradeDraw, generator: Generator, ends: NDArray[np.int8], taken: NDArray[np.int64]) -> None:
        """One day of every path; those that end are told to `ends`, the day is counted in `taken`."""
        taken[self.rows] += 1
        self._accounts.begin_day()
        counts = self._counts(generator)
        idle = self._met.copy()
        lost = np.zeros(self.rows.size, dtype=np.int8)
        for number in range(int(counts.max())):
            at_work = (number < counts) & ~self._met & (lost == PathEnd.UNDECIDED)
            if not at_work.any():
                break
            self._trade(trades, generator, at_work, lost)
        self._traded += idle | (counts > 0)
        self._best_day = np.maximum(self._best_day, self._accounts.balance - self._accounts.anchor)
        self._met |= (lost == PathEnd.UNDECIDED) & self._reached()
        passed = self._met & (lost == PathEnd.UNDECIDED) & (self._traded >= self._course.minimum_days)
        ends[self.rows] = np.where(lost == PathEnd.UNDECIDED, PathEnd.PASSED, lost)
        self._keep(~passed & (lost == PathEnd.UNDECIDED))

    def _counts(self, generator: Generator) -> NDArray[np.int64]:
        if self._plan.varying:
            return generator.poisson(self._plan.per_day, self.rows.size)
        return np.full(self.rows.size, round(self._plan.per_day), dtype=np.int64)

    def _trade(
        self, trades: TradeDraw, generator: Generator, at_work: NDArray[np.bool_], lost: NDArray[np.int8]
    ) -> None:
        accounts = self._accounts
        base = np.ones_like(accounts.balance) if self._plan.of_initial else accounts.balance
        profit = np.zeros(self.rows.size)
        profit[at_work] = trades.draw(self.rows[at_work], generator) * base[at_work] * self._plan.risk_pct / 100.0
        accounts.settle(profit)
        day, largest = accounts.daily_floor(self._rules), accounts.largest_floor(self._rules)
        lost[at_work & (accounts.balance <= day + _HAIR)] = PathEnd.DAILY_LOSS
        lost[at_work & (accounts.balance <= largest + _HAIR)] = PathEnd.DRAWDOWN
        self._met |= at_work & (lost == PathEnd.UNDECIDED) & self._reached()

    def _reached(self) -> NDArray[np.bool_]:
        balance = self._accounts.balance
        there: NDArray[np.bool_] = balance >= self._target - _HAIR
        if self._course.best_day_pct is None:
            return there
        best: Floats = np.maximum(self._best_day, balance - self._accounts.anchor)
        return there & (best <= (balance - 1.0) * self._course.best_day_pct / 100.0 + _HAIR)

    def _keep(self, rows: NDArray[np.bool_]) -> None:
        self.rows = self.rows[rows]
        self._accounts = self._accounts.kept(rows)
        self._traded, self._best_day, self._met = self._traded[rows], self._best_day[rows], self._met[rows]
