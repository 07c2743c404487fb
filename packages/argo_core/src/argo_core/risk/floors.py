"""Where an account's floors lie, now and after the coming anchor."""

from __future__ import annotations

from operator import attrgetter

import msgspec

from argo_core.risk.meter import DAILY_LOSS, DRAWDOWN, Meter
from argo_core.risk.watch_rules import DailyLoss, MaxLoss, Measure, PctOf, Trailing, WatchRules
from argo_core.risk.watch_state import WatchState

_floor_of, _equity_of = attrgetter("floor"), attrgetter("equity")


class Floor(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Equity in quote currency that a rule forbids to reach. `name` is `daily_loss` or `drawdown`."""

    name: str
    equity: float


class Reach(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A rule in money: the loss is measured from `level`, forbidden from `floor` on; `pct_of` > 0 is the money that the
    rule's percentage is of."""

    name: str
    level: float
    floor: float
    pct_of: float

    def meter(self, equity: float) -> Meter:
        """How much of the limit is used at this equity. A level at or below its floor is wholly used."""
        room = self.level - self.floor
        loss = max(self.level - equity, 0.0)
        used_pct = 100.0 * loss / room if room > 0 else 100.0
        scale = 100.0 / self.pct_of if self.pct_of > 0 else 0.0
        return Meter(name=self.name, used=loss * scale, limit=room * scale, pct=used_pct)


def reaches(state: WatchState, rules: WatchRules) -> tuple[Reach, ...]:
    """The rules in money, the day's first; of a firm's and an operator's own the one with the higher floor."""
    daily = [_daily(rule, state) for rule in (rules.daily_loss, rules.own_daily_loss) if rule is not None]
    largest = [_largest(rule, state) for rule in (rules.max_loss, rules.own_max_loss) if rule is not None]
    return tuple([max(each, key=_floor_of) for each in (daily, largest) if each])


def floors_of(each: tuple[Reach, ...]) -> tuple[Floor, ...]:
    """Their floors."""
    return tuple([Floor(name=reach.name, equity=reach.floor) for reach in each])


def floors_after_reset(state: WatchState, rules: WatchRules) -> tuple[Floor, ...]:
    """Where they will lie if the coming anchor comes now, at the last reading's equity and balance."""
    return floors_of(reaches(at_anchor(state, rules, state.equity, state.balance), rules))


def highest(floors: tuple[Floor, ...]) -> Floor:
    """The one that an account comes to first. Needs at least one."""
    return max(floors, key=_equity_of)


def at_anchor(state: WatchState, rules: WatchRules, equity: float, balance: float) -> WatchState:
    """A day ends and another begins with these measures."""
    high = state.high_close
    if rules.max_loss is not None:
        high = max(high, measured(rules.max_loss.measure, balance, equity))
    return msgspec.structs.replace(state, anchor_equity=equity, anchor_balance=balance, high_close=high)


def measured(measure: Measure, balance: float, equity: float) -> float:
    """The one, the other, or the larger."""
    if measure is Measure.HIGHER:
        return max(balance, equity)
    return balance if measure is Measure.BALANCE else equity


def _daily(rule: DailyLoss, state: WatchState) -> Reach:
    level = measured(rule.below, state.anchor_balance, state.anchor_equity)
    pct_of = state.initial if rule.of is PctOf.INITIAL else level
    return Reach(name=DAILY_LOSS, level=level, floor=level - pct_of * rule.pct / 100.0, pct_of=pct_of)


def _largest(rule: MaxLoss, state: WatchState) -> Reach:
    level = _trailed(rule.trailing, state)
    pct_of = state.initial if rule.of is PctOf.INITIAL else level
    floor = level - pct_of * rule.pct / 100.0
    if rule.lock_level_pct is not None:
        floor = min(floor, state.initial * rule.lock_level_pct / 100.0)
    return Reach(name=DRAWDOWN, level=level, floor=floor, pct_of=pct_of)


def _trailed(trailing: Trailing, state: WatchState) -> float:
    if trailing is Trailing.NONE:
        return state.initial
    return state.high_close if trailing is Trailing.END_OF_DAY else state.peak_equity
