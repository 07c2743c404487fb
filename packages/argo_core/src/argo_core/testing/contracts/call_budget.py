"""What every call budget must do. Fixture: `new_budget`, which makes an unused one of a rate, a burst and a quota.

It takes real time, some tenths of a second per test: a shared budget lives by its server's clock.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from argo_core.errors import SourceError
from argo_core.ports.call_budget import CallBudget

NewBudget = Callable[[float, int, int | None], CallBudget]
# How much earlier than on the second a timer may ring.
EARLY_SECONDS = 0.01


async def _refused(budget: CallBudget, deadline_seconds: float) -> SourceError:
    began = time.monotonic()
    try:
        await budget.take(deadline_seconds)
    except SourceError as error:
        assert time.monotonic() - began < 2.0, "it waited before it refused"
        return error
    raise AssertionError("a call was allowed that had to be refused")


async def _until_waiting(budget: CallBudget, count: int) -> None:
    async with asyncio.timeout(5.0):
        while budget.queue_depth != count:  # noqa: ASYNC110 - a budget has no event for it: poll until
            await asyncio.sleep(0.002)


class CallBudgetContract:
    async def test_a_burst_goes_at_once_and_the_rest_by_the_rate(self, new_budget: NewBudget) -> None:
        budget = new_budget(2.0, 5, None)
        began = time.monotonic()
        waits = [await budget.take(5.0) for _ in range(6)]
        assert time.monotonic() - began >= 1 / 2 - EARLY_SECONDS
        assert max(waits[:5]) < 0.4

    async def test_many_at_a_time_get_no_more_than_one_after_the_other(self, new_budget: NewBudget) -> None:
        budget = new_budget(50.0, 5, None)
        began = time.monotonic()
        await asyncio.gather(*(budget.take(5.0) for _ in range(15)))
        assert time.monotonic() - began >= 10 / 50 - EARLY_SECONDS

    async def test_first_come_first_served(self, new_budget: NewBudget) -> None:
        budget = new_budget(10.0, 1, None)
        served: list[int] = []

        async def call(number: int) -> None:
            await budget.take(5.0)
            served.append(number)

        callers = []
        for number in range(6):
            callers.append(asyncio.create_task(call(number)))
            await asyncio.sleep(0)
        await asyncio.gather(*callers)
        assert served == list(range(6))

    async def test_a_turn_too_late_is_refused_at_once(self, new_budget: NewBudget) -> None:
        budget = new_budget(0.1, 1, None)
        await budget.take(0.0)
        error = await _refused(budget, 5.0)
        assert (error.reason, error.permanent) == ("RATE_LIMITED", False)
        assert error.retry_after is not None
        assert 5.0 < error.retry_after <= 10.0

    async def test_a_refusal_costs_nothing(self, new_budget: NewBudget) -> None:
        budget = new_budget(1.0, 1, None)
        await budget.take(0.0)
        for _ in range(20):
            await _refused(budget, 0.0)
        assert await budget.take(3.0) <= 1.1

    async def test_a_hold_empties_the_bucket(self, new_budget: NewBudget) -> None:
        budget = new_budget(50.0, 10, None)
        began = time.monotonic()
        await budget.hold(0.3)
        error = await _refused(budget, 0.1)
        assert error.reason == "RATE_LIMITED"
        await budget.take(2.0)
        assert time.monotonic() - began >= 0.3 - EARLY_SECONDS
        for _ in range(5):
            await budget.take(2.0)
        # From the hold on, not between two calls: while this machine stands still the bucket fills.
        assert time.monotonic() - began >= 0.3 + 5 / 50 - EARLY_SECONDS

    async def test_a_hold_binds_who_waits_already(self, new_budget: NewBudget) -> None:
        budget = new_budget(10.0, 1, None)
        await budget.take(0.0)
        began = time.monotonic()
        waiting = asyncio.create_task(budget.take(5.0))
        await _until_waiting(budget, 1)
        await budget.hold(0.4)
        await waiting
        assert time.monotonic() - began >= 0.4 - EARLY_SECONDS

    async def test_a_shorter_hold_does_not_shorten_a_longer_one(self, new_budget: NewBudget) -> None:
        budget = new_budget(50.0, 10, None)
        await budget.hold(30.0)
        await budget.hold(0.0)
        await budget.hold(0.01)
        assert (await _refused(budget, 5.0)).reason == "RATE_LIMITED"

    async def test_a_hold_of_no_time_takes_nothing(self, new_budget: NewBudget) -> None:
        budget = new_budget(1.0, 3, None)
        await budget.hold(0.0)
        assert max([await budget.take(0.0) for _ in range(3)]) < 0.5

    async def test_who_leaves_the_line_blocks_nobody(self, new_budget: NewBudget) -> None:
        budget = new_budget(10.0, 1, None)
        await budget.take(0.0)
        leaving = asyncio.create_task(budget.take(5.0))
        await _until_waiting(budget, 1)
        staying = asyncio.create_task(budget.take(5.0))
        await _until_waiting(budget, 2)
        leaving.cancel()
        assert await staying <= 2.0
        assert leaving.cancelled()

    async def test_the_queue_is_counted(self, new_budget: NewBudget) -> None:
        budget = new_budget(20.0, 1, None)
        assert budget.queue_depth == 0
        await budget.take(0.0)
        callers = [asyncio.create_task(budget.take(5.0)) for _ in range(3)]
        await _until_waiting(budget, 3)
        await asyncio.gather(*callers)
        assert budget.queue_depth == 0

    async def test_a_days_quota_ends_the_day(self, new_budget: NewBudget) -> None:
        budget = new_budget(1000.0, 10, 4)
        for _ in range(4):
            await budget.take(1.0)
        error = await _refused(budget, 3600.0)
        assert error.retry_after is not None
        assert 86_000.0 < error.retry_after <= 86_400.0
