"""The bucket of one process, to the millisecond, in time that the test moves."""

from __future__ import annotations

import asyncio
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argo_core.adapters.vendor_path import MemoryBudget
from argo_core.errors import ConfigError, SourceError
from tests.argo.adapters.vendor_path.virtual_time import VirtualTime, settle


def bucket(time: VirtualTime, rate: float = 2.0, burst: int = 3, quota: int | None = None) -> MemoryBudget:
    return MemoryBudget("v", rate_per_second=rate, burst=burst, ticks=time.ticks, daily_quota=quota, sleep=time.sleep)


async def moments(time: VirtualTime, budget: MemoryBudget, count: int, seconds: float = 60.0) -> list[float]:
    """When each of so many simultaneous calls goes, in seconds from now."""
    began = time.ticks()
    went: list[float] = []

    async def call() -> None:
        await budget.take(1000.0)
        went.append(round(time.ticks() - began, 6))

    calls = [asyncio.create_task(call()) for _ in range(count)]
    await time.pass_(seconds)
    await asyncio.gather(*calls)
    return went


async def test_burst_at_once_then_one_each_half_second() -> None:
    time = VirtualTime()
    assert await moments(time, bucket(time), 6) == [0.0, 0.0, 0.0, 0.5, 1.0, 1.5]


async def test_tokens_gather_up_to_the_burst_and_no_further() -> None:
    time = VirtualTime()
    budget = bucket(time)
    await moments(time, budget, 3, seconds=3600.0)
    assert await moments(time, budget, 5) == [0.0, 0.0, 0.0, 0.5, 1.0]


async def test_after_a_hold_one_call_at_once_then_the_rate() -> None:
    time = VirtualTime()
    budget = bucket(time)
    await budget.hold(10.0)
    assert budget.level == 0.0
    assert await moments(time, budget, 3) == [10.0, 10.5, 11.0]


async def test_a_waiter_whose_deadline_a_hold_passes_is_refused() -> None:
    time = VirtualTime()
    budget = bucket(time, burst=1)
    await budget.take(0.0)
    waiting = asyncio.create_task(budget.take(1.0))
    await settle()
    await budget.hold(30.0)
    await time.pass_(1.0)
    with pytest.raises(SourceError) as caught:
        await waiting
    assert caught.value.reason == "RATE_LIMITED"
    assert budget.queue_depth == 0


async def test_the_deadline_counts_those_ahead() -> None:
    time = VirtualTime()
    budget = bucket(time, burst=1)
    await budget.take(0.0)
    ahead = [asyncio.create_task(budget.take(100.0)) for _ in range(3)]
    await settle()
    with pytest.raises(SourceError) as caught:
        await budget.take(1.9)
    assert caught.value.retry_after == 2.0
    accepted = asyncio.create_task(budget.take(2.0))
    await time.pass_(2.0)
    assert await accepted == 2.0
    await asyncio.gather(*ahead)


async def test_a_quota_is_of_any_24_hours() -> None:
    time = VirtualTime()
    budget = bucket(time, rate=10.0, quota=3)
    await budget.take(0.0)
    await time.pass_(3600.0)
    await budget.take(0.0)
    await budget.take(0.0)
    assert budget.quota_left == 0
    with pytest.raises(SourceError) as caught:
        await budget.take(60.0)
    assert caught.value.retry_after == 82_800.0
    await time.pass_(82_800.0)
    assert budget.quota_left == 1
    await budget.take(0.0)
    with pytest.raises(SourceError):
        await budget.take(60.0)


async def test_each_who_waits_for_a_quota_waits_for_a_call_of_its_own_to_grow_old() -> None:
    time = VirtualTime()
    budget = bucket(time, rate=10.0, quota=2)
    await budget.take(0.0)
    await time.pass_(100.0)
    await budget.take(0.0)
    waiting = [asyncio.create_task(budget.take(200_000.0))]
    await settle()
    with pytest.raises(SourceError) as caught:
        await budget.take(86_350.0)
    assert caught.value.retry_after == 86_400.0
    waiting.append(asyncio.create_task(budget.take(200_000.0)))
    await time.pass_(90_000.0)
    assert [round(await call, 3) for call in waiting] == [86_300.0, 86_400.0]
    with pytest.raises(SourceError) as caught:
        await budget.take(0.0)
    assert caught.value.retry_after == pytest.approx(82_700.0)


async def test_a_call_that_others_allowed_counts() -> None:
    time = VirtualTime()
    budget = bucket(time, quota=10)
    for _ in range(5):
        budget.spend()
    assert (budget.level, budget.quota_left) == (0.0, 5)


async def test_without_a_quota_there_is_none_left() -> None:
    assert bucket(VirtualTime()).quota_left is None


@pytest.mark.parametrize(
    ("rate", "burst", "quota"),
    [
        (0.0, 1, None),
        (-1.0, 1, None),
        (math.nan, 1, None),
        (math.inf, 1, None),
        (1.0, 0, None),
        (1.0, 1, 0),
        (1.0, 1, -3),
    ],
)
def test_a_budget_that_allows_nothing_is_refused_at_the_start(rate: float, burst: int, quota: int | None) -> None:
    with pytest.raises(ConfigError):
        bucket(VirtualTime(), rate, burst, quota)


STEPS = st.lists(st.one_of(st.just("call"), st.floats(0.0, 5.0)), max_size=60)


@given(STEPS, st.floats(0.1, 20.0), st.integers(1, 6))
def test_never_more_than_rate_times_time_plus_burst_in_any_window(
    steps: list[float | str], rate: float, burst: int
) -> None:
    went: list[float] = []

    async def play() -> None:
        time = VirtualTime()
        budget = bucket(time, rate, burst)
        for step in steps:
            if isinstance(step, float):
                await time.pass_(step)
                continue
            try:
                await budget.take(0.0)
            except SourceError:
                continue
            went.append(time.ticks())

    asyncio.run(play())
    for first, start in enumerate(went):
        for last in range(first, len(went)):
            assert last - first + 1 <= rate * (went[last] - start) + burst + 1e-6
