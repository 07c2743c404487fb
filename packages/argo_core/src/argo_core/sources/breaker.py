"""When to stop asking a vendor that fails, and when to try again: a circuit breaker as values.

Source: M. Nygard, Release It! (2nd ed. 2018), section 5.2. Times are seconds of one monotonic clock. Failures that say
nothing about the vendor's health (a refused key, a plan, a rate limit) are `released`, not counted.
"""

from __future__ import annotations

import enum

import msgspec


class BreakerMode(enum.StrEnum):
    """CLOSED: calls pass. OPEN: none does. HALF_OPEN: one trial at a time decides."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class BreakerPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Opens after `failures` in a row, tries again after `open_seconds`, closes after `successes` trials in a row."""

    failures: int = 5
    open_seconds: float = 60.0
    successes: int = 2


class BreakerState(msgspec.Struct, frozen=True, kw_only=True):
    """`count`: failures in a row while CLOSED, successes in a row while HALF_OPEN. `opened_at`: when it last opened;
    None while CLOSED. `on_trial`: a trial is under way."""

    mode: BreakerMode = BreakerMode.CLOSED
    count: int = 0
    opened_at: float | None = None
    on_trial: bool = False


CLOSED = BreakerState()


def may_call(state: BreakerState, policy: BreakerPolicy, now: float) -> bool:
    """Whether a call that starts now may go out."""
    if state.mode is BreakerMode.OPEN:
        return seconds_shut(state, policy, now) == 0.0
    return not state.on_trial


def seconds_shut(state: BreakerState, policy: BreakerPolicy, now: float) -> float:
    """How long no call passes for certain, in seconds ≥ 0."""
    if state.mode is not BreakerMode.OPEN or state.opened_at is None:
        return 0.0
    return max(state.opened_at + policy.open_seconds - now, 0.0)


def started(state: BreakerState, policy: BreakerPolicy, now: float) -> BreakerState:
    """The state with one more call under way, one that `may_call` allowed. It is a trial if the result is on_trial."""
    if state.mode is BreakerMode.CLOSED or not may_call(state, policy, now):
        return state
    count = state.count if state.mode is BreakerMode.HALF_OPEN else 0
    return BreakerState(mode=BreakerMode.HALF_OPEN, count=count, opened_at=state.opened_at, on_trial=True)


def after_success(state: BreakerState, policy: BreakerPolicy, *, trial: bool) -> BreakerState:
    """A call brought an answer. A straggler from before the breaker opened decides nothing any more."""
    if state.mode is BreakerMode.CLOSED:
        return CLOSED
    if not _decides(state, trial):
        return state
    if state.count + 1 >= policy.successes:
        return CLOSED
    return msgspec.structs.replace(state, count=state.count + 1, on_trial=False)


def after_failure(state: BreakerState, policy: BreakerPolicy, now: float, *, trial: bool) -> BreakerState:
    """A call failed by the vendor's fault, at `now`."""
    if state.mode is BreakerMode.CLOSED and state.count + 1 < policy.failures:
        return msgspec.structs.replace(state, count=state.count + 1)
    if state.mode is BreakerMode.CLOSED or _decides(state, trial):
        return BreakerState(mode=BreakerMode.OPEN, opened_at=now)
    return state


def released(state: BreakerState, *, trial: bool) -> BreakerState:
    """A call ended without a word about the vendor's health: the next one may be the trial."""
    return msgspec.structs.replace(state, on_trial=False) if _decides(state, trial) else state


def _decides(state: BreakerState, trial: bool) -> bool:
    return trial and state.mode is BreakerMode.HALF_OPEN and state.on_trial
