"""An account's losses against its limits, from check to check. Pure: a state and a reading give the next state.

The same function is the live guard, the backtest's and the simulator's.
"""

from __future__ import annotations

from datetime import timedelta

import msgspec

from argo_core.model.halt import HaltCode
from argo_core.model.instant import require_utc
from argo_core.risk.flatten_cost import flatten_cost
from argo_core.risk.floors import Floor, at_anchor, floors_after_reset, floors_of, highest, reaches
from argo_core.risk.reading import AccountReading
from argo_core.risk.watch_rules import WatchRules
from argo_core.risk.watch_state import WatchLevel, WatchState
from argo_core.risk.watched import DAILY_LOSS, DRAWDOWN, Demand, Meter, Watched, WatchEvent

# A level falls again only this far below its threshold: an account at the edge does not alert at every check.
RELIEF_PCT = 5.0
_SIZE = {WatchLevel.NORMAL: 1.0, WatchLevel.WARNING: 1.0, WatchLevel.CRITICAL: 0.5, WatchLevel.BREACH: 0.0}


def begin(reading: AccountReading, rules: WatchRules) -> WatchState:
    """The state of an account that is watched for the first time. The day's level is that of this first reading."""
    initial = reading.equity if rules.initial is None else rules.initial
    now = require_utc(reading.market_time)
    return WatchState(
        initial=initial,
        peak_equity=max(initial, reading.equity),
        high_close=initial,
        anchor_at=rules.anchor.last(now),
        next_anchor_at=rules.anchor.next(now),
        anchor_equity=reading.equity,
        anchor_balance=reading.balance,
        equity=reading.equity,
        balance=reading.balance,
        read_at=now,
    )


def advance(state: WatchState, reading: AccountReading, rules: WatchRules) -> Watched:
    """The next state and what it means. A reading of an earlier market time than the last begins no day.

    Of an anchor that passed between two readings the larger measure counts, which sets the higher floor: after an
    outage a gap belongs to the day that has begun.
    """
    dated, events = _dated(state, reading, rules)
    read = msgspec.structs.replace(
        dated,
        peak_equity=max(dated.peak_equity, reading.equity),
        equity=reading.equity,
        balance=reading.balance,
        read_at=max(dated.read_at, require_utc(reading.market_time)),
    )
    return _judged(read, reading, rules, events)


def resumed(state: WatchState, rules: WatchRules) -> WatchState:
    """After an operator's resume. What ended trading is lifted; with `rebase_on_resume` a limit that is used up is
    measured anew from the last reading on, and no other: after a halt for another reason the day's loss and the
    drawdown are what they were. A firm's floor stays where it is: an account still below it is stopped by the next
    check."""
    lifted = msgspec.structs.replace(state, breached=None, stopped_until=None, level=WatchLevel.NORMAL)
    if not rules.rebase_on_resume:
        return lifted
    used_up = {reach.name for reach in reaches(state, rules) if not reach.meter(state.equity).pct < 100.0}
    used_up |= {state.breached} if state.breached is not None else set()
    used_up |= {DAILY_LOSS} if state.stopped_until is not None else set()
    if DAILY_LOSS in used_up:
        lifted = msgspec.structs.replace(lifted, anchor_equity=state.equity, anchor_balance=state.balance)
    if DRAWDOWN in used_up:
        lifted = msgspec.structs.replace(
            lifted,
            initial=min(state.initial, state.equity),
            peak_equity=state.equity,
            high_close=min(state.high_close, max(state.equity, state.balance)),
        )
    return lifted


def _dated(state: WatchState, reading: AccountReading, rules: WatchRules) -> tuple[WatchState, tuple[WatchEvent, ...]]:
    now = require_utc(reading.market_time)
    if now < state.next_anchor_at:
        return state, ()
    equity, balance = max(state.equity, reading.equity), max(state.balance, reading.balance)
    anchor_at, next_anchor_at = rules.anchor.around(now)
    dated = msgspec.structs.replace(
        at_anchor(state, rules, equity, balance),
        anchor_at=anchor_at,
        next_anchor_at=next_anchor_at,
        stopped_until=None,
    )
    return dated, (WatchEvent(kind="day", code="anchor", level=state.level, measured=equity),)


def _judged(state: WatchState, reading: AccountReading, rules: WatchRules, events: tuple[WatchEvent, ...]) -> Watched:
    now_reaches = reaches(state, rules)
    floors, meters = floors_of(now_reaches), tuple([reach.meter(state.equity) for reach in now_reaches])
    measured, broken = _broken(state, reading, floors, rules)
    struck = _struck(state, broken, rules)
    level = _level(struck, meters, rules)
    kept = struck if level is struck.level else msgspec.structs.replace(struck, level=level)
    told = events + _told(state, kept, meters, broken, measured)
    return Watched(
        state=kept,
        rules=rules,
        level=level,
        floors=floors,
        nearest=highest(floors),
        losses=meters,
        reading=reading,
        events=told,
        size_factor=_SIZE[level],
        demand=_demand(kept, rules),
    )


def _broken(
    state: WatchState, reading: AccountReading, floors: tuple[Floor, ...], rules: WatchRules
) -> tuple[float, tuple[Floor, ...]]:
    """The equity that counts; floors to get out before (prop firm), or limits that are crossed."""
    if not rules.flatten:
        return state.equity, tuple([floor for floor in floors if not state.equity > floor.equity])
    after = state.equity - flatten_cost(reading, rules.cost)
    near_reset = state.next_anchor_at - state.read_at <= timedelta(seconds=rules.reset_lead_seconds)
    coming = floors_after_reset(state, rules) if near_reset else ()
    return after, tuple(floor for floor in (*floors, *coming) if not after > floor.equity)


def _struck(state: WatchState, broken: tuple[Floor, ...], rules: WatchRules) -> WatchState:
    """A broken floor ends trading until an operator resumes; the day's limit of an account's own rules only until the
    next anchor."""
    if not broken:
        return state
    daily_only = not rules.flatten and all(floor.name == DAILY_LOSS for floor in broken)
    if daily_only:
        return msgspec.structs.replace(state, stopped_until=state.next_anchor_at)
    lasting = [floor for floor in broken if rules.flatten or floor.name != DAILY_LOSS]
    return msgspec.structs.replace(state, breached=state.breached or lasting[0].name)


def _level(state: WatchState, meters: tuple[Meter, ...], rules: WatchRules) -> WatchLevel:
    if rules.flatten and state.breached is not None:
        return WatchLevel.BREACH
    fullest = max([meter.pct for meter in meters])
    if fullest < min(rules.warning_pct, rules.critical_pct) - RELIEF_PCT:
        return WatchLevel.NORMAL  # what nearly every account is at nearly every look
    level = WatchLevel.NORMAL
    for reached, threshold in ((WatchLevel.WARNING, rules.warning_pct), (WatchLevel.CRITICAL, rules.critical_pct)):
        relief = RELIEF_PCT if state.level.rank >= reached.rank else 0.0
        if fullest >= threshold - relief:
            level = reached
    return level


def _told(
    before: WatchState, kept: WatchState, meters: tuple[Meter, ...], broken: tuple[Floor, ...], measured: float
) -> tuple[WatchEvent, ...]:
    told: list[WatchEvent] = []
    if kept.level is not before.level:
        fullest = max(meters, key=lambda meter: meter.pct)
        told.append(
            WatchEvent(kind="level", code=fullest.name, level=kept.level, measured=fullest.used, limit=fullest.limit)
        )
    newly = (kept.breached is not None and before.breached is None) or (
        kept.stopped_until is not None and before.stopped_until is None
    )
    if newly and broken:
        worst = highest(broken)
        told.append(WatchEvent(kind="breach", code=worst.name, level=kept.level, measured=measured, limit=worst.equity))
    return tuple(told)


def _demand(state: WatchState, rules: WatchRules) -> Demand | None:
    if state.breached is not None:
        reason = f"the floor of {state.breached} is reached: an operator must look and resume"
        return Demand(code=HaltCode.BREACH, reason=reason, until=None, flatten=rules.flatten)
    if state.stopped_until is not None:
        reason = "the day's loss limit is reached: trading goes on at the next anchor"
        return Demand(code=HaltCode.DAILY_LOSS, reason=reason, until=state.stopped_until, flatten=False)
    return None
