"""What the way to a vendor tells of it: its own answers, apart from what we keep back, refuse and hold in memory."""

from __future__ import annotations

import asyncio

import pytest

from argo_core.errors import SourceError
from tests.argo.adapters.vendor_path.rig import AAPL, Price, Rig, broken


async def test_latency_is_of_the_last_720_answers_and_not_of_the_waiting_before() -> None:
    rig = Rig(rate=0.1, burst=1)
    meter = rig.path.meter

    async def fetch() -> Price:
        await rig.path.turn(60.0)
        begun = meter.begin()
        await rig.time.sleep(8.0)
        meter.answered(begun, {})
        return AAPL

    asking = asyncio.create_task(rig.path.call("slow", Price, fetch, ttl_seconds=1.0, deadline_seconds=60.0))
    await rig.time.pass_(18.0)
    await asking
    statistics = rig.path.statistics()
    assert (statistics.latency_p50_ms, statistics.latency_p95_ms, statistics.latency_mean_ms) == (8000.0,) * 3
    assert (statistics.requests, statistics.waited_seconds, statistics.throttled) == (1, 10.0, 1)
    for _ in range(720):
        meter.answered(meter.begin(), {})
    statistics = rig.path.statistics()
    assert (statistics.latency_p95_ms, statistics.latency_mean_ms, statistics.requests) == (0.0, 0.0, 721)


async def test_a_turn_that_we_refuse_ourselves_holds_nobody_and_is_no_failure_of_the_vendor() -> None:
    rig = Rig(rate=0.1, burst=2, retries=2)

    async def fetch() -> Price:
        await rig.path.turn(60.0)
        await rig.path.turn(1.0)
        return AAPL

    with pytest.raises(SourceError) as caught:
        await rig.path.call("many", Price, fetch, ttl_seconds=1.0)
    statistics = rig.path.statistics()
    assert (caught.value.reason, rig.budget.held_seconds) == ("RATE_LIMITED", 0.0)
    assert (statistics.fetches, statistics.failures, statistics.errors) == (0, 0, {"own_limit": 1})
    assert (statistics.success_rate_pct, statistics.breaker) == (None, "closed")


async def test_what_the_vendor_says_is_left_is_told_until_it_says_something_else() -> None:
    rig = Rig()
    meter = rig.path.meter
    seen = []
    for headers in ({}, {"x-ratelimit-remaining": "198"}, {"x-ratelimit-remaining-requests": "7"}, {"x": "1"}):
        meter.answered(meter.begin(), headers)
        seen.append(rig.path.statistics().rate_limit_left)
    assert seen == [None, 198, 7, None]


async def test_refusals_of_ours_are_told_by_kind_and_are_no_failed_fetches() -> None:
    rig = Rig(broken())
    for number in range(40):
        await rig.reason(f"k{number}")
    statistics = rig.path.statistics()
    assert statistics.errors == {"vendor_error": 5, "breaker_open": 35}
    assert statistics.last_error == "500", "what the vendor said last is worth more than that we do not ask it"
    assert (statistics.fetches, statistics.failures) == (5, 5)


async def test_answers_of_another_address_are_not_taken_from_the_cache() -> None:
    one = Rig(of=("iex", "https://one"))
    await one.call()
    other = Rig(Price("AAPL", 555.0), cache=one.cache, of=("sip", "https://one"))
    assert (await other.call()).value.price == 555.0
    again = Rig(Price("AAPL", 555.0), cache=one.cache, of=("iex", "https://one"))
    assert (await again.call()).value == AAPL
