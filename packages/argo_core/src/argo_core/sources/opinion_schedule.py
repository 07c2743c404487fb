"""Which symbols a language model is asked about next: pure, so that each rule can be shown with a table.

The most volatile first, each at its cadence, equities only in market hours, crypto around the clock, never more at a
time than allowed, and never beyond the day's budget, which is spread over the day. A symbol that nobody has asked
about is not expected to have a vote; so a small budget means few expected votes, not many missing ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from argo_core.errors import ConfigError, SourceError
from argo_core.model.asset import AssetType
from argo_core.model.instant import require_utc
from argo_core.sources.opinion_facts import MarketFacts, SymbolFacts

PAUSE_SECONDS = 30.0
PERMANENT_PAUSE_SECONDS = 600.0
_DAY_SECONDS = 86_400.0
_ROUNDING_USD = 1e-9


class SchedulePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """`cadence_seconds`: between two questions about one symbol. A question is one call of the vendor, or two.

    `daily_calls` and `daily_usd` count by UTC day. `burst_calls` may be asked ahead of the day's even pace.
    `call_usd`: what a call is taken to cost before its vendor says so, and if the vendor never does.
    """

    source: str
    cadence_seconds: float
    daily_calls: int
    daily_usd: float
    call_usd: float = 0.02
    burst_calls: int = 20
    at_once: int = 2
    horizon_minutes: int = 60

    def __post_init__(self) -> None:
        if not (self.cadence_seconds > 0 and self.call_usd > 0 and self.at_once > 0 and self.horizon_minutes > 0):
            raise ConfigError(f"{self.source}: cadence, price of a call, questions at once and horizon: above 0")
        if not (self.daily_calls >= 0 and self.burst_calls >= 0 and 0 <= self.daily_usd < math.inf):
            raise ConfigError(f"{self.source}: daily budgets must not be negative; 0 asks nothing")


class ScheduleState(msgspec.Struct, frozen=True, kw_only=True):
    """By symbol, when it was last asked about (market time) and why that brought no answer (an `Absence` name).

    Nobody is asked before `held_until`. `limited` pauses in a row ended with the vendor turning us away again: each is
    longer than the one before. `requested` go first, `dropped` are not asked about.
    """

    asked_at: Mapping[str, datetime] = {}
    failures: Mapping[str, str] = {}
    held_until: datetime | None = None
    limited: int = 0
    requested: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()


class Bill(msgspec.Struct, frozen=True, kw_only=True):
    """What a UTC day has cost so far; `day_share` 0–1 of it has passed."""

    calls: int
    usd: float
    day_share: float


def due(policy: SchedulePolicy, state: ScheduleState, facts: MarketFacts, bill: Bill) -> tuple[SymbolFacts, ...]:
    """The symbols to ask about now, in order; at most `at_once` and what the budget allows."""
    if state.held_until is not None and facts.as_of < state.held_until:
        return ()
    cadence = timedelta(seconds=policy.cadence_seconds)
    eligible = [
        each
        for each in facts.symbols
        if (facts.market_open or each.asset_type is AssetType.CRYPTO)
        and each.symbol not in state.dropped
        and (each.symbol not in state.asked_at or facts.as_of - state.asked_at[each.symbol] >= cadence)
    ]
    ordered = sorted(eligible, key=lambda each: (each.symbol not in state.requested, -each.volatility))
    return tuple(ordered[: min(policy.at_once, affordable(policy, bill))])


def affordable(policy: SchedulePolicy, bill: Bill) -> int:
    """How many questions the budget still allows now, 0 or more, if each takes one call."""
    paced = math.floor(policy.burst_calls + policy.daily_calls * bill.day_share)
    by_count = min(policy.daily_calls, paced) - bill.calls
    by_money = math.floor((policy.daily_usd - bill.usd) / policy.call_usd + 1e-9)
    return max(0, min(by_count, by_money))


def holds_call(policy: SchedulePolicy, bill: Bill) -> bool:
    """Whether the day's budget, however paced, holds one call more."""
    return bill.calls < policy.daily_calls and bill.usd + policy.call_usd <= policy.daily_usd + _ROUNDING_USD


def share_of_day(now: datetime) -> tuple[datetime, float]:
    """When the UTC day of `now` began, and which share of it has passed. Raises DataError `naive_time`."""
    instant = require_utc(now)
    begun = instant.replace(hour=0, minute=0, second=0, microsecond=0)
    return begun, (instant - begun).total_seconds() / _DAY_SECONDS


def asking(state: ScheduleState, symbol: str, at: datetime) -> ScheduleState:
    """A question about `symbol` goes out."""
    failures = {name: reason for name, reason in state.failures.items() if name != symbol}
    return msgspec.structs.replace(
        state,
        asked_at={**state.asked_at, symbol: at},
        failures=failures,
        requested=state.requested - {symbol},
    )


def failed(state: ScheduleState, symbol: str, error: SourceError, at: datetime) -> ScheduleState:
    """It brought no answer. A fault that is not of this one answer keeps all questions back for a while: a vendor
    that is down must not be tried symbol after symbol, each then missing a vote that nobody could have had."""
    begins = state.held_until is None or at >= state.held_until  # questions that were under way together are one
    limited = state.limited + begins if error.reason == "RATE_LIMITED" else 0
    pause = pause_seconds(error, limited)
    until = at + timedelta(seconds=pause)
    held = until if pause > 0 and (state.held_until is None or until > state.held_until) else state.held_until
    failures = {**state.failures, symbol: error.reason}
    return msgspec.structs.replace(state, failures=failures, held_until=held, limited=limited)


def answered(state: ScheduleState) -> ScheduleState:
    """A question brought its answer: the vendor turns nobody away any more."""
    return msgspec.structs.replace(state, limited=0)


def pause_seconds(error: SourceError, limited: int = 1) -> float:
    """For how long a failed question keeps the next ones back: not at all if the model just answered badly. `limited`:
    the how manieth time in a row the vendor turned us away."""
    if error.permanent:
        return PERMANENT_PAUSE_SECONDS
    if error.reason == "REFUSED_ANSWER":
        return 0.0
    own = PAUSE_SECONDS * 2.0 ** min(max(limited - 1, 0), 32)
    return max(min(own, PERMANENT_PAUSE_SECONDS), error.retry_after or 0.0)


def wished(state: ScheduleState, requested: frozenset[str], dropped: frozenset[str]) -> ScheduleState:
    """What the last cycle's early exit asked for, instead of what the one before it did."""
    return msgspec.structs.replace(state, requested=requested, dropped=dropped)


def forgetting(state: ScheduleState, as_of: datetime, older_seconds: float) -> ScheduleState:
    """Without the symbols whose last question is longer ago: nothing depends on them any more."""
    limit = as_of - timedelta(seconds=older_seconds)
    recent = {symbol: at for symbol, at in state.asked_at.items() if at >= limit}
    failures = {symbol: reason for symbol, reason in state.failures.items() if symbol in recent}
    return msgspec.structs.replace(state, asked_at=recent, failures=failures)
