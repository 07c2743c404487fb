"""The way to a vendor: cache, single flight, budget, breaker, time-out, fetch."""

from __future__ import annotations

import asyncio
import math

import msgspec
import pytest

from argo_core.adapters.vendor_path import Fetched, MemoryCache
from argo_core.errors import ConfigError, DataError, SourceError
from argo_core.ports.byte_cache import Kept
from argo_core.sources.breaker import BreakerPolicy
from tests.argo.adapters.vendor_path.rig import AAPL, Price, Rig, broken, settle
from tests.argo.adapters.vendor_path.virtual_time import START, VirtualTime

T0 = START.timestamp()


async def test_an_answer_is_fetched_once_and_kept_for_its_time() -> None:
    rig = Rig()
    assert await rig.outcome() == Fetched(AAPL, T0, from_cache=False, waited_seconds=0.0)
    await rig.time.pass_(19.0)
    assert await rig.outcome() == Fetched(AAPL, T0, from_cache=True, waited_seconds=0.0)
    await rig.time.pass_(1.5)
    assert await rig.outcome() == Fetched(AAPL, T0 + 20.5, from_cache=False, waited_seconds=0.0)
    assert rig.vendor.calls == 2


async def test_an_answer_kept_in_calm_times_is_too_old_in_wild_ones() -> None:
    rig = Rig()
    await rig.outcome(ttl_seconds=300.0)
    await rig.time.pass_(11.0)
    outcome = await rig.outcome(ttl_seconds=10.0)
    assert isinstance(outcome, Fetched)
    assert not outcome.from_cache


async def test_fresh_passes_the_cache_by_and_fills_it() -> None:
    rig = Rig(AAPL, Price("AAPL", 176.0))
    await rig.outcome()
    await rig.outcome(fresh=True)
    outcome = await rig.outcome()
    assert isinstance(outcome, Fetched)
    assert (outcome.value, outcome.from_cache, rig.vendor.calls) == (Price("AAPL", 176.0), True, 2)


@pytest.mark.parametrize("body", [b"", b"\xc1", b"\x93\x01", msgspec.msgpack.encode({"symbol": 7})])
async def test_what_cannot_be_read_from_the_cache_is_fetched_anew(body: bytes) -> None:
    rig = Rig()
    await rig.cache.put("v:last:AAPL", body, 60.0)
    assert await rig.outcome() == Fetched(AAPL, T0, from_cache=False, waited_seconds=0.0)


async def test_two_vendors_do_not_share_a_key() -> None:
    rig = Rig()
    await rig.cache.put("w:last:AAPL", msgspec.msgpack.encode(Price("AAPL", 1.0)), 60.0)
    assert await rig.reason() == "answered"
    assert rig.vendor.calls == 1


async def test_a_hundred_equal_calls_are_one_fetch() -> None:
    rig = Rig()
    rig.vendor.gate = asyncio.Event()
    calls = [rig.call() for _ in range(100)]
    await settle()
    rig.vendor.gate.set()
    answers = await asyncio.gather(*calls)
    assert rig.vendor.calls == 1
    assert all(answer.value is answers[0].value for answer in answers)
    statistics = rig.path.statistics()
    assert (statistics.calls, statistics.cache_misses, statistics.coalesced, statistics.fetches) == (100, 100, 99, 1)


class SlowCache(MemoryCache):
    """Answers a look only after others have had their turn, as one over a network does."""

    def __init__(self, time: VirtualTime) -> None:
        super().__init__(time, time.ticks)
        self.turns = 0

    async def get(self, key: str) -> Kept | None:
        kept = await super().get(key)
        self.turns += 1
        for _ in range(self.turns * 3):
            await asyncio.sleep(0)
        return kept


async def test_who_looked_into_a_slow_cache_too_early_asks_the_vendor_no_second_time() -> None:
    time = VirtualTime()
    rig = Rig(cache=SlowCache(time))
    answers = await asyncio.gather(*(rig.call() for _ in range(30)))
    assert {answer.value for answer in answers} == {AAPL}
    assert rig.vendor.calls == 1


async def test_different_questions_fly_beside_each_other() -> None:
    rig = Rig()
    rig.vendor.gate = asyncio.Event()
    calls = [rig.call(f"last:{number}") for number in range(10)]
    await settle()
    assert rig.vendor.calls == 10
    rig.vendor.gate.set()
    await asyncio.gather(*calls)


async def test_a_cancelled_caller_cancels_neither_the_others_nor_the_fetch() -> None:
    rig = Rig()
    rig.vendor.gate = asyncio.Event()
    calls = [rig.call() for _ in range(10)]
    await settle()
    for call in calls[:9]:
        call.cancel()
    await settle()
    assert rig.vendor.cancelled == 0
    rig.vendor.gate.set()
    assert (await calls[9]).value == AAPL
    assert all(call.cancelled() for call in calls[:9])


async def test_with_every_caller_gone_the_answer_still_reaches_the_cache() -> None:
    rig = Rig()
    rig.vendor.gate = asyncio.Event()
    call = rig.call()
    await settle()
    call.cancel()
    await settle()
    rig.vendor.gate.set()
    await settle()
    outcome = await rig.outcome()
    assert isinstance(outcome, Fetched)
    assert (outcome.from_cache, rig.vendor.calls) == (True, 1)


async def test_an_error_reaches_every_caller_as_an_exception_of_its_own() -> None:
    rig = Rig(broken("down"))
    outcomes = await asyncio.gather(*(rig.call() for _ in range(20)), return_exceptions=True)
    assert rig.vendor.calls == 1
    assert {str(outcome) for outcome in outcomes} == {"down"}
    assert len({id(outcome) for outcome in outcomes}) == 20


async def test_an_error_is_not_kept() -> None:
    rig = Rig(broken(), AAPL)
    assert [await rig.reason(), await rig.reason()] == ["VENDOR_ERROR", "answered"]


async def test_a_callers_deadline_ends_its_wait_and_not_the_fetch() -> None:
    rig = Rig(timeout_seconds=60.0)
    rig.vendor.gate = asyncio.Event()
    assert await rig.reason(deadline_seconds=0.05) == "TIMEOUT"
    rig.vendor.gate.set()
    assert await rig.reason() == "answered"
    assert rig.vendor.calls == 1


async def test_a_vendor_that_does_not_answer_is_given_up() -> None:
    rig = Rig(timeout_seconds=0.05)
    rig.vendor.gate = asyncio.Event()
    assert await rig.reason() == "TIMEOUT"
    assert rig.vendor.cancelled == 1


async def test_calls_queue_for_the_budget_and_say_how_long() -> None:
    rig = Rig(rate=2.0, burst=1)
    calls = [rig.call(f"k{number}") for number in range(3)]
    await settle()
    assert rig.path.statistics().queue_depth == 2
    await rig.time.pass_(1.0)
    assert [(await call).waited_seconds for call in calls] == [0.0, 0.5, 1.0]
    statistics = rig.path.statistics()
    assert (statistics.waited_seconds, statistics.throttled) == (1.5, 2)


async def test_a_turn_that_cannot_come_in_time_is_refused_without_a_fetch() -> None:
    rig = Rig(rate=0.1, burst=1)
    assert await rig.reason("a") == "answered"
    assert await rig.reason("b", deadline_seconds=5.0) == "RATE_LIMITED"
    assert (rig.vendor.calls, rig.path.statistics().throttled) == (1, 1)


async def test_who_has_more_time_does_not_fail_with_the_hurried() -> None:
    rig = Rig(rate=1.0, burst=1)
    rig.budget.spend()
    rig.budget.hold_for(2.0)
    hurried, patient = rig.call(deadline_seconds=0.5), rig.call(deadline_seconds=30.0)
    await rig.time.pass_(3.0)
    with pytest.raises(SourceError) as caught:
        await hurried
    assert caught.value.reason == "RATE_LIMITED"
    assert (await patient).value == AAPL


async def test_the_breaker_opens_after_five_failures_and_tries_one_call_after_sixty_seconds() -> None:
    rig = Rig(*[broken()] * 5, AAPL)
    assert [await rig.reason(f"k{number}") for number in range(7)] == ["VENDOR_ERROR"] * 5 + ["BREAKER_OPEN"] * 2
    assert rig.vendor.calls == 5
    await rig.time.pass_(59.9)
    assert await rig.reason("a") == "BREAKER_OPEN"
    await rig.time.pass_(0.2)
    rig.vendor.gate = asyncio.Event()
    trial = rig.call("b")
    await settle()
    assert await rig.reason("c") == "BREAKER_OPEN"
    assert rig.vendor.calls == 6
    rig.vendor.gate.set()
    await trial
    assert rig.path.statistics().breaker == "half_open"
    assert await rig.reason("d") == "answered"
    statistics = rig.path.statistics()
    assert (statistics.breaker, statistics.breaker_open_seconds) == ("closed", None)
    assert statistics.transitions == {"open": 1, "half_open": 1, "closed": 1}


async def test_a_failed_trial_shuts_it_for_another_minute() -> None:
    rig = Rig(broken())
    for number in range(5):
        await rig.reason(f"k{number}")
    await rig.time.pass_(60.0)
    assert await rig.reason() == "VENDOR_ERROR"
    await rig.time.pass_(59.0)
    assert await rig.reason() == "BREAKER_OPEN"
    assert rig.path.statistics().breaker_open_seconds == 119.0


async def test_an_open_breaker_costs_no_turn_of_the_budget() -> None:
    rig = Rig(broken(), quota=6)
    for number in range(20):
        await rig.reason(f"k{number}")
    assert rig.path.statistics().quota_left == 1


async def test_who_queued_before_the_breaker_opened_is_refused_after_it() -> None:
    rig = Rig(broken(), rate=1.0, burst=1)
    calls = [rig.call(f"k{number}") for number in range(10)]
    await rig.time.pass_(9.0)
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    reasons = [getattr(outcome, "reason", None) for outcome in outcomes]
    assert reasons == ["VENDOR_ERROR"] * 5 + ["BREAKER_OPEN"] * 5
    assert rig.vendor.calls == 5


async def test_what_is_kept_is_answered_behind_an_open_breaker() -> None:
    rig = Rig(AAPL, broken())
    await rig.outcome(ttl_seconds=300.0)
    for number in range(5):
        await rig.reason(f"k{number}")
    assert await rig.reason("x") == "BREAKER_OPEN"
    assert await rig.reason(ttl_seconds=300.0) == "answered"


@pytest.mark.parametrize(
    "error",
    [
        SourceError("DISABLED", "401", permanent=True),
        SourceError("VENDOR_ERROR", "400", permanent=True),
        SourceError("RATE_LIMITED", "429", retry_after=0.0),
    ],
)
async def test_a_key_a_plan_or_a_rate_limit_is_not_the_vendors_failure(error: SourceError) -> None:
    rig = Rig(error)
    reasons = {await rig.reason(f"k{number}") for number in range(20)}
    assert reasons == {error.reason}
    assert rig.path.statistics().breaker == "closed"


async def test_a_trial_that_is_rate_limited_leaves_the_door_ajar() -> None:
    rig = Rig(*[broken()] * 5, SourceError("RATE_LIMITED", "429", retry_after=0.0), AAPL)
    for number in range(5):
        await rig.reason(f"k{number}")
    await rig.time.pass_(60.0)
    assert [await rig.reason(), await rig.reason()] == ["RATE_LIMITED", "answered"]


async def test_a_trial_that_is_cut_off_by_closing_blocks_nobody_for_ever() -> None:
    rig = Rig(*[broken()] * 5, AAPL)
    for number in range(5):
        await rig.reason(f"k{number}")
    await rig.time.pass_(60.0)
    rig.vendor.gate = asyncio.Event()
    trial = rig.call("trial")
    await settle()
    await rig.path.close()
    with pytest.raises(SourceError) as caught:
        await trial
    assert caught.value.reason == "DISABLED"
    rig.vendor.gate = None
    assert await rig.reason() == "answered"


async def test_a_wish_to_be_left_alone_binds_every_caller() -> None:
    rig = Rig(SourceError("RATE_LIMITED", "429", retry_after=30.0), AAPL)
    assert await rig.reason("a") == "RATE_LIMITED"
    assert await rig.reason("b", deadline_seconds=20.0) == "RATE_LIMITED"
    outcome = await rig.outcome("c", deadline_seconds=60.0, seconds=30.0)
    assert isinstance(outcome, Fetched)
    assert (outcome.waited_seconds, rig.vendor.calls) == (30.0, 2)


async def test_a_limit_without_a_wish_is_left_alone_for_longer_each_time() -> None:
    rig = Rig(SourceError("RATE_LIMITED", "429"))
    held = []
    for number in range(9):
        await rig.outcome(f"k{number}")
        held.append(rig.budget.held_seconds)
        await rig.time.pass_(100.0)
    assert held == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


async def test_an_answer_ends_the_growing_of_the_wait() -> None:
    limited = SourceError("RATE_LIMITED", "429")
    rig = Rig(limited, limited, limited, AAPL, limited)
    for number in range(4):
        await rig.outcome(f"k{number}")
        await rig.time.pass_(100.0)
    await rig.outcome("last")
    assert rig.budget.held_seconds == 0.5


@pytest.mark.parametrize(("wish", "held"), [(math.nan, 86_400.0), (math.inf, 86_400.0), (-5.0, 0.0), (1e12, 86_400.0)])
async def test_a_wish_that_is_none_is_bounded(wish: float, held: float) -> None:
    rig = Rig(SourceError("RATE_LIMITED", "429", retry_after=wish))
    await rig.outcome()
    assert rig.budget.held_seconds == held


async def test_what_is_safe_is_tried_again_with_back_off_and_jitter() -> None:
    rig = Rig(broken(), broken(), AAPL, retries=2, jitter=lambda: 0.5)
    outcome = await rig.outcome(seconds=1.0)
    assert isinstance(outcome, Fetched)
    assert rig.time.slept == [0.1875, 0.375]
    statistics = rig.path.statistics()
    assert (statistics.fetches, statistics.retries, statistics.errors) == (3, 2, {"vendor_error": 2})


async def test_no_more_than_the_retries() -> None:
    rig = Rig(broken(), retries=2)
    outcome = await rig.outcome(seconds=10.0)
    assert isinstance(outcome, SourceError)
    assert rig.vendor.calls == 3


async def test_what_may_not_be_sent_twice_is_sent_once() -> None:
    rig = Rig(broken(), AAPL, retries=5)
    outcome = await rig.outcome(seconds=10.0, safe=False)
    assert isinstance(outcome, SourceError)
    assert rig.vendor.calls == 1


async def test_a_permanent_error_is_not_tried_again() -> None:
    rig = Rig(SourceError("DISABLED", "401", permanent=True), AAPL, retries=5)
    assert await rig.reason(seconds=10.0) == "DISABLED"
    assert rig.vendor.calls == 1


async def test_no_retry_after_the_deadline() -> None:
    rig = Rig(broken(), AAPL, retries=5)
    assert await rig.reason(deadline_seconds=0.1, seconds=10.0) == "VENDOR_ERROR"
    assert rig.vendor.calls == 1


async def test_a_retry_obeys_the_vendors_wish() -> None:
    rig = Rig(SourceError("VENDOR_ERROR", "503", retry_after=3.0), AAPL, retries=1)
    outcome = await rig.outcome(seconds=3.0)
    assert isinstance(outcome, Fetched)
    assert outcome.stored_at == T0 + 3.0


async def test_a_retry_whose_turn_is_too_late_says_what_the_vendor_said() -> None:
    rig = Rig(SourceError("VENDOR_ERROR", "503 busy", retry_after=3600.0), retries=1)
    outcome = await rig.outcome(seconds=1.0)
    assert isinstance(outcome, SourceError)
    assert (str(outcome), rig.vendor.calls) == ("503 busy", 1)


@pytest.mark.parametrize(
    ("raised", "reason"),
    [
        (DataError("bad_price", "AAPL: bar 3 breaks bad_price"), "REFUSED_ANSWER"),
        (ValueError("no number"), "VENDOR_ERROR"),
        (KeyError("bars"), "VENDOR_ERROR"),
        (TimeoutError(), "TIMEOUT"),
        (OSError("network is unreachable"), "VENDOR_ERROR"),
    ],
)
async def test_whatever_a_client_raises_is_a_source_error_with_its_cause(raised: Exception, reason: str) -> None:
    rig = Rig(raised)
    outcome = await rig.outcome()
    assert isinstance(outcome, SourceError)
    assert (outcome.reason, outcome.__cause__) == (reason, raised)


async def test_an_operators_mistake_is_not_made_a_vendors() -> None:
    rig = Rig(ConfigError("vendors.alpaca.key is missing"))
    with pytest.raises(ConfigError):
        await rig.call()
    assert rig.path.statistics().errors == {}


async def test_statistics_of_a_quiet_path_are_nothing() -> None:
    statistics = Rig().path.statistics()
    assert (statistics.calls, statistics.errors, statistics.quota_left, statistics.last_error) == (0, {}, None, None)
    assert (statistics.latency_p50_ms, statistics.success_rate_pct, statistics.hit_age_p95_seconds) == (None,) * 3


async def test_statistics_say_how_it_went() -> None:
    rig = Rig(AAPL, broken("no\nline"), AAPL, quota=25)
    await rig.outcome("a")
    await rig.time.pass_(4.0)
    await rig.outcome("a")
    await rig.outcome("b")
    await rig.time.pass_(1.0)
    await rig.outcome("b")
    statistics = rig.path.statistics()
    assert (statistics.calls, statistics.cache_hits, statistics.cache_misses) == (4, 1, 3)
    assert (statistics.hit_age_p50_seconds, statistics.hit_age_p95_seconds) == (4.0, 4.0)
    assert statistics.success_rate_pct == pytest.approx(66.666667)
    assert (statistics.quota_left, statistics.last_error) == (22, "no line")
    assert statistics.last_error_at is not None
    assert statistics.last_answer_at is not None
    assert (statistics.last_answer_at - statistics.last_error_at).total_seconds() == 1.0


async def test_a_policy_of_its_own() -> None:
    rig = Rig(broken(), breaker=BreakerPolicy(failures=2, open_seconds=5.0, successes=1))
    assert [await rig.reason() for _ in range(3)] == ["VENDOR_ERROR", "VENDOR_ERROR", "BREAKER_OPEN"]


async def test_closing_ends_what_is_under_way() -> None:
    rig = Rig()
    rig.vendor.gate = asyncio.Event()
    calls = [rig.call(f"k{number}") for number in range(3)]
    await settle()
    await rig.path.close()
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert [getattr(outcome, "reason", None) for outcome in outcomes] == ["DISABLED"] * 3
    assert rig.vendor.cancelled == 3


async def test_an_endpoint_that_is_down_is_told_and_takes_no_other_along() -> None:
    rig = Rig(broken(), retries=0)
    for _ in range(6):
        await rig.reason(endpoint="coins", fresh=True)
    rig.vendor.answers = [AAPL]
    assert await rig.reason(endpoint="coins", fresh=True) == "BREAKER_OPEN"
    for _ in range(20):
        assert await rig.reason("last:shares", endpoint="shares", fresh=True) == "answered"
    told = rig.path.statistics()
    assert (told.breaker, told.failures, told.errors) == ("open", 5, {"vendor_error": 5, "breaker_open": 2})
    assert told.last_error == "500"
    await rig.time.pass_(61.0)
    for _ in range(2):
        assert await rig.reason(endpoint="coins", fresh=True) == "answered"
    assert rig.path.statistics().breaker == "closed"
