"""Who is asked about next, and when nobody is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from argo_core.errors import ConfigError, DataError, SourceError
from argo_core.sources.opinion_facts import MarketFacts, SymbolFacts
from argo_core.sources.opinion_schedule import (
    Bill,
    SchedulePolicy,
    ScheduleState,
    affordable,
    answered,
    asking,
    due,
    failed,
    forgetting,
    pause_seconds,
    share_of_day,
    wished,
)

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
POLICY = SchedulePolicy(source="x_sentiment", cadence_seconds=90.0, daily_calls=1000, daily_usd=10.0, at_once=2)
NOTHING_SPENT = Bill(calls=0, usd=0.0, day_share=0.5)
VOLATILITY = {"AAPL": 1.0, "NVDA": 3.0, "TSLA": 2.0, "BTC-USD": 1.5, "ETH-USD": 0.5}


def market(minutes: float = 0.0, *, market_open: bool = True) -> MarketFacts:
    at = AT + timedelta(minutes=minutes)
    symbols = tuple(SymbolFacts(symbol=name, price=1.0, as_of=at, volatility=each) for name, each in VOLATILITY.items())
    return MarketFacts(as_of=at, market_open=market_open, symbols=symbols)


def names(state: ScheduleState, facts: MarketFacts, bill: Bill = NOTHING_SPENT, **changes: Any) -> list[str]:
    policy = SchedulePolicy(**{**{name: getattr(POLICY, name) for name in POLICY.__struct_fields__}, **changes})
    return [each.symbol for each in due(policy, state, facts, bill)]


def test_the_most_volatile_come_first_and_no_more_than_allowed_at_a_time() -> None:
    assert names(ScheduleState(), market()) == ["NVDA", "TSLA"]
    assert names(ScheduleState(), market(), at_once=5) == ["NVDA", "TSLA", "BTC-USD", "AAPL", "ETH-USD"]


def test_equities_are_asked_about_only_in_market_hours_and_crypto_always() -> None:
    assert names(ScheduleState(), market(market_open=False)) == ["BTC-USD", "ETH-USD"]


def test_a_symbol_is_asked_about_again_once_its_cadence_has_passed() -> None:
    state = asking(asking(ScheduleState(), "NVDA", AT), "TSLA", AT)
    assert names(state, market(1.0)) == ["BTC-USD", "AAPL"]
    assert names(state, market(1.4999)) == ["BTC-USD", "AAPL"]
    assert names(state, market(1.5)) == ["NVDA", "TSLA"]


def test_what_early_exit_requests_goes_first_and_what_it_drops_is_left_out() -> None:
    state = wished(ScheduleState(), frozenset({"ETH-USD"}), frozenset({"NVDA"}))
    assert names(state, market()) == ["ETH-USD", "TSLA"]
    assert names(wished(state, frozenset(), frozenset()), market()) == ["NVDA", "TSLA"]


def test_a_request_is_for_one_question_and_does_not_break_the_cadence() -> None:
    state = asking(wished(ScheduleState(), frozenset({"ETH-USD"}), frozenset()), "ETH-USD", AT)
    assert names(wished(state, frozenset({"ETH-USD"}), frozenset()), market(1.0)) == ["NVDA", "TSLA"]
    assert state.requested == frozenset()


@pytest.mark.parametrize(
    ("bill", "left"),
    [
        (Bill(calls=0, usd=0.0, day_share=0.0), 20),
        (Bill(calls=20, usd=0.0, day_share=0.0), 0),
        (Bill(calls=20, usd=0.0, day_share=0.1), 100),
        (Bill(calls=999, usd=0.0, day_share=1.0), 1),
        (Bill(calls=1000, usd=0.0, day_share=1.0), 0),
        (Bill(calls=1500, usd=0.0, day_share=1.0), 0),
        (Bill(calls=0, usd=9.98, day_share=1.0), 1),
        (Bill(calls=0, usd=9.99, day_share=1.0), 0),
        (Bill(calls=0, usd=11.0, day_share=1.0), 0),
    ],
)
def test_the_day_has_a_budget_in_questions_and_dollars_and_an_even_pace(bill: Bill, left: int) -> None:
    assert affordable(POLICY, bill) == left


def test_the_last_affordable_question_is_the_only_one() -> None:
    assert names(ScheduleState(), market(), Bill(calls=0, usd=9.97, day_share=1.0)) == ["NVDA"]
    assert names(ScheduleState(), market(), Bill(calls=1000, usd=0.0, day_share=1.0)) == []


def test_a_budget_of_nothing_asks_nothing() -> None:
    assert names(ScheduleState(), market(), daily_calls=0) == []
    assert names(ScheduleState(), market(), daily_usd=0.0) == []


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (SourceError("REFUSED_ANSWER", "off the schema"), 0.0),
        (SourceError("TIMEOUT", "late"), 30.0),
        (SourceError("VENDOR_ERROR", "500"), 30.0),
        (SourceError("VENDOR_ERROR", "503", retry_after=120.0), 120.0),
        (SourceError("RATE_LIMITED", "429", retry_after=5.0), 30.0),
        (SourceError("BREAKER_OPEN", "open"), 30.0),
        (SourceError("DISABLED", "key", permanent=True), 600.0),
    ],
)
def test_a_fault_of_the_vendor_keeps_all_questions_back_a_bad_answer_none(error: SourceError, seconds: float) -> None:
    assert pause_seconds(error) == seconds
    state = failed(asking(ScheduleState(), "NVDA", AT), "NVDA", error, AT)
    assert state.failures == {"NVDA": error.reason}
    assert bool(names(state, market(seconds / 60.0))) is True
    if seconds:
        assert names(state, market((seconds - 1.0) / 60.0)) == []


def test_each_refusal_after_a_pause_makes_the_next_one_longer_until_an_answer_comes() -> None:
    state, at, pauses = ScheduleState(), AT, []
    for _ in range(7):
        for symbol in ("NVDA", "TSLA"):  # asked together
            state = failed(state, symbol, SourceError("RATE_LIMITED", "429"), at)
        assert state.held_until is not None
        pauses.append((state.held_until - at).total_seconds())
        at = state.held_until
    assert pauses == [30.0, 60.0, 120.0, 240.0, 480.0, 600.0, 600.0]
    state = failed(answered(state), "NVDA", SourceError("RATE_LIMITED", "429"), at)
    assert state.held_until == at + timedelta(seconds=30)


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    state = failed(ScheduleState(), "NVDA", SourceError("DISABLED", "key", permanent=True), AT)
    assert failed(state, "TSLA", SourceError("TIMEOUT", "late"), AT).held_until == AT + timedelta(seconds=600)


def test_a_new_question_forgets_the_last_failure() -> None:
    state = failed(ScheduleState(), "NVDA", SourceError("REFUSED_ANSWER", "x"), AT)
    assert asking(state, "NVDA", AT).failures == {}


def test_what_was_asked_long_ago_is_forgotten() -> None:
    state = failed(asking(ScheduleState(), "NVDA", AT), "NVDA", SourceError("TIMEOUT", "x"), AT)
    state = asking(state, "TSLA", AT + timedelta(minutes=5))
    kept = forgetting(state, AT + timedelta(minutes=10), 360.0)
    assert (set(kept.asked_at), kept.failures) == ({"TSLA"}, {})


def test_a_day_is_the_utc_day() -> None:
    assert share_of_day(datetime(2026, 11, 20, 18, 0, tzinfo=UTC)) == (datetime(2026, 11, 20, tzinfo=UTC), 0.75)
    with pytest.raises(DataError, match="has no timezone"):
        share_of_day(datetime.fromisoformat("2026-11-20"))


@pytest.mark.parametrize(
    "changes",
    [
        {"cadence_seconds": 0.0}, {"at_once": 0}, {"call_usd": 0.0}, {"daily_calls": -1}, {"daily_usd": -1.0},
        {"daily_usd": float("inf")}, {"daily_usd": float("nan")}, {"horizon_minutes": 0},
        {"cadence_seconds": float("nan")},
    ],
)  # fmt: skip
def test_a_policy_that_makes_no_sense_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        names(ScheduleState(), market(), **changes)
