"""The paths of a challenge, all at once, day by day and trade by trade."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from argo_core.backtest.prop_accounts import PropAccounts
from argo_core.backtest.prop_course import PropCourse
from argo_core.backtest.prop_standing import FRESH, PropStanding
from argo_core.backtest.prop_trades import TradeDraw, TradePlan
from argo_core.measures.panel import Floats, Integers
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
    course: PropCourse,
    trades: TradeDraw,
    plan: TradePlan,
    paths: int,
    days: int,
    generator: Generator,
    standing: PropStanding = FRESH,
) -> PropPaths:
    """Walks `paths` accounts through every step of the course, each step in at most `days` days. The first goes on
    where the account stands, in the day under way; every further one begins with a fresh account.

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
        step = _Step(course, plan, 1.0 + target / 100.0, rows, standing)
        standing = FRESH
        for _ in range(days):
            if not step.rows.size:
                break
            step.day(trades, generator, ends, taken)
        ends[step.rows] = PathEnd.UNDECIDED
        steps[ends == PathEnd.PASSED] += 1
    return PropPaths(ends, taken, steps)


class _Step:
    """The paths that are still under way in one step; `rows` are their numbers."""

    def __init__(
        self, course: PropCourse, plan: TradePlan, target: float, rows: NDArray[np.int64], at: PropStanding
    ) -> None:
        self.rows = rows
        self._course, self._plan, self._target = course, plan, target
        self._rules: WatchRules = course.rules.watch(1.0)
        self._accounts = PropAccounts.standing(rows.size, at)
        self._traded = np.full(rows.size, at.traded_days, dtype=np.int64)
        self._best_day = np.full(rows.size, max(at.best_day, 0.0))
        self._met = self._reached(np.arange(rows.size))
        self._begun, self._counted = True, at.today_traded  # the first day is under way

    def day(self, trades: TradeDraw, generator: Generator, ends: NDArray[np.int8], taken: NDArray[np.int64]) -> None:
        """One day of every path; those that end are told to `ends`, the day is counted in `taken`."""
        taken[self.rows] += 1
        if not self._begun:
            self._accounts.begin_day()
        counts = self._counts(generator)
        idle = self._met.copy()
        lost = np.zeros(self.rows.size, dtype=np.int8)
        if self._begun:
            self._touch(lost, np.flatnonzero(~idle))
        at_work = np.arange(self.rows.size)
        for number in range(int(counts.max())):
            at_work = at_work[(number < counts[at_work]) & ~self._met[at_work] & (lost[at_work] == PathEnd.UNDECIDED)]
            if not at_work.size:
                break
            self._trade(trades, generator, at_work, lost)
        self._traded += idle | (counts > 0) | self._counted
        self._begun = self._counted = False
        self._best_day = np.maximum(self._best_day, self._accounts.balance - self._accounts.anchor)
        self._met |= (lost == PathEnd.UNDECIDED) & self._reached(np.arange(self.rows.size))
        passed = self._met & (lost == PathEnd.UNDECIDED) & (self._traded >= self._course.minimum_days)
        ends[self.rows] = np.where(lost == PathEnd.UNDECIDED, PathEnd.PASSED, lost)
        self._keep(~passed & (lost == PathEnd.UNDECIDED))

    def _counts(self, generator: Generator) -> NDArray[np.int64]:
        if self._plan.varying:
            return generator.poisson(self._plan.per_day, self.rows.size)
        return np.full(self.rows.size, round(self._plan.per_day), dtype=np.int64)

    def _trade(self, trades: TradeDraw, generator: Generator, at_work: Integers, lost: NDArray[np.int8]) -> None:
        accounts = self._accounts
        base = 1.0 if self._plan.of_initial else accounts.balance[at_work]
        accounts.settle(at_work, trades.draw(self.rows[at_work], generator) * base * self._plan.risk_pct / 100.0)
        self._touch(lost, at_work)
        self._met[at_work] |= (lost[at_work] == PathEnd.UNDECIDED) & self._reached(at_work)

    def _touch(self, lost: NDArray[np.int8], rows: Integers) -> None:
        """Those of `rows` that stand at a floor, or below, are told to `lost`."""
        balance = self._accounts.balance[rows] - _HAIR
        lost[rows[balance <= self._accounts.daily_floor(self._rules, rows)]] = PathEnd.DAILY_LOSS
        lost[rows[balance <= self._accounts.largest_floor(self._rules, rows)]] = PathEnd.DRAWDOWN

    def _reached(self, rows: Integers) -> NDArray[np.bool_]:
        balance = self._accounts.balance[rows]
        there: NDArray[np.bool_] = balance >= self._target - _HAIR
        if self._course.best_day_pct is None:
            return there
        best: Floats = np.maximum(self._best_day[rows], balance - self._accounts.anchor[rows])
        return there & (best <= (balance - 1.0) * self._course.best_day_pct / 100.0 + _HAIR)

    def _keep(self, rows: NDArray[np.bool_]) -> None:
        self.rows = self.rows[rows]
        self._accounts = self._accounts.kept(rows)
        self._traded, self._best_day, self._met = self._traded[rows], self._best_day[rows], self._met[rows]
