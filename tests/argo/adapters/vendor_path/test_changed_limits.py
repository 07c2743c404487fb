"""A limit that changes while it is used: the new rate holds from now on, and what was spent stays spent."""

from __future__ import annotations

import pytest

from argo_core.adapters.live.shared_state import SharedState
from argo_core.adapters.vendor_path import MemoryBudget, MemoryCache
from argo_core.errors import ConfigError, SourceError
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_cycles import MOMENT


class LeapingTime:
    """Whoever sleeps wakes at once, that much later."""

    def __init__(self) -> None:
        self._ticks = 0.0

    def ticks(self) -> float:
        return self._ticks

    async def sleep(self, seconds: float) -> None:
        self._ticks += seconds


async def taken(budget: MemoryBudget, calls: int) -> float:
    return sum([await budget.take(1000.0) for _ in range(calls)])


async def test_a_lower_rate_makes_the_next_calls_wait_longer() -> None:
    time = LeapingTime()
    budget = MemoryBudget("x", rate_per_second=10.0, burst=1, ticks=time.ticks, sleep=time.sleep)
    assert round(await taken(budget, 3), 6) == 0.2
    budget.limit(1.0, 1)
    assert round(await taken(budget, 2), 6) == 2.0


async def test_a_smaller_burst_takes_what_lies_there() -> None:
    time = LeapingTime()
    budget = MemoryBudget("x", rate_per_second=1.0, burst=10, ticks=time.ticks, sleep=time.sleep)
    budget.limit(1.0, 2)
    await taken(budget, 2)
    with pytest.raises(SourceError):
        await budget.take(0.5)


@pytest.mark.parametrize(("rate", "burst"), [(0.0, 1), (float("nan"), 1), (1.0, 0)])
def test_a_limit_that_allows_nothing_is_refused_and_the_old_one_stays(rate: float, burst: int) -> None:
    budget = MemoryBudget("x", rate_per_second=1.0, burst=3, ticks=lambda: 0.0)
    with pytest.raises(ConfigError):
        budget.limit(rate, burst)
    assert budget.level == 3.0


async def test_each_of_several_generators_takes_its_share_of_the_new_limit_too() -> None:
    time = LeapingTime()
    clock = FixedClock(MOMENT)
    shared = SharedState(
        MemoryCache(clock, time.ticks), None, clock, time.ticks, time.sleep, lambda: "id", generators=4
    )
    budget = shared.budget("x", 8.0, 4)
    assert round(sum([await budget.take(1000.0) for _ in range(3)]), 6) == 1.0
    budget.limit(4.0, 4)
    assert round(sum([await budget.take(1000.0) for _ in range(2)]), 6) == 2.0
