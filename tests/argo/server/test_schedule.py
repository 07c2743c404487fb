"""The schedule: never two cycles at once, misses counted, failures survived, the cycle in flight finished."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from argo_core.adapters.system_clock import SystemClock
from argo_core.errors import FeedExhausted, StoreError
from argo_core.model.cycle import AppendReceipt, CycleRecord
from argo_core.model.origin import Origin
from argo_core.pipeline import CycleReport
from argo_core.testing.fixed_clock import FixedClock
from argo_server.generator import Generator
from argo_server.jobs import running_schedule
from argo_server.jobs.schedule import CYCLE

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def report(number: int) -> CycleReport:
    record = CycleRecord(
        cycle_id=f"CYC-{number}",
        started_at=NOW,
        decided_at=NOW,
        as_of=NOW,
        data_source="memory",
        symbols=1,
        skipped=1,
        decisions=(),
        signals=(),
        outcomes=(),
        outbox=(),
    )
    receipt = AppendReceipt(cycle_id=record.cycle_id, indices=())
    return CycleReport(record=record, receipt=receipt, calls=(), cache_hits=0, duration_ms=1.0)


class GatedCycle:
    """A cycle that ends when it is let through, or fails as told."""

    def __init__(self, failures: Sequence[Exception] = ()) -> None:
        self.gate, self.running, self.most_at_once, self.finished = asyncio.Event(), 0, 0, 0
        self._failures = list(failures)

    async def run(self, symbols: Sequence[str]) -> CycleReport:
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        try:
            await self.gate.wait()
            if self._failures:
                raise self._failures.pop(0)
            self.finished += 1
            return report(self.finished)
        finally:
            self.running -= 1


def generator_of(cycle: GatedCycle) -> Generator:
    origin = Origin(name="memory", description="held in memory", replayed=True)
    return Generator(cycle, ("AAPL",), 0.05, FixedClock(NOW), origin)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


async def test_a_clock_that_is_put_back_stops_no_cycle() -> None:
    cycle = GatedCycle()
    cycle.gate.set()
    async with running_schedule(generator_of(cycle), 0.05, SystemClock()) as scheduler:
        await until(lambda: cycle.finished > 0)
        # As after an hour back: the next run was set by the clock of before.
        scheduler.get_job(CYCLE).modify(next_run_time=SystemClock().now() + timedelta(hours=1))
        before = cycle.finished
        await until(lambda: cycle.finished > before + 1)


async def test_a_cycle_that_outlasts_its_interval_is_not_piled_up_and_the_misses_are_counted() -> None:
    cycle = GatedCycle()
    generator = generator_of(cycle)
    async with running_schedule(generator, 0.05, SystemClock()):
        await until(lambda: generator.status().missed >= 3)
        cycle.gate.set()
        await until(lambda: cycle.finished >= 2)
    assert cycle.most_at_once == 1


async def test_leaving_waits_for_the_cycle_in_flight() -> None:
    cycle = GatedCycle()
    generator = generator_of(cycle)
    async with running_schedule(generator, 0.05, SystemClock()):
        await until(lambda: cycle.running == 1)
        asyncio.get_running_loop().call_later(0.05, cycle.gate.set)
    assert (cycle.running, cycle.finished) == (0, 1)


async def test_a_failed_cycle_is_counted_named_and_followed_by_the_next() -> None:
    cycle = GatedCycle([StoreError("the disk is full: make room")])
    cycle.gate.set()
    generator = generator_of(cycle)
    async with running_schedule(generator, 0.05, SystemClock()):
        await until(lambda: generator.status().failures == 1)
        await until(lambda: generator.status().cycles >= 1)
    assert generator.status().last_error is None


async def test_the_end_of_a_replay_is_a_state_not_a_failure() -> None:
    cycle = GatedCycle([FeedExhausted("the replay ended")])
    cycle.gate.set()
    generator = generator_of(cycle)
    async with running_schedule(generator, 0.05, SystemClock()):
        await until(lambda: generator.status().state == "exhausted")
    status = generator.status()
    assert (status.failures, status.cycles, status.last_error) == (0, 0, "the replay ended")


async def test_listeners_hear_of_each_durable_cycle_once_and_in_order() -> None:
    cycle, heard = GatedCycle(), list[str]()
    cycle.gate.set()
    generator = generator_of(cycle)
    generator.listen(lambda told: heard.append(told.record.cycle_id))
    for _ in range(3):
        await generator.tick()
    assert heard == ["CYC-1", "CYC-2", "CYC-3"]


async def test_a_fault_of_ours_is_a_failure_that_status_names_not_a_silent_stop() -> None:
    cycle = GatedCycle([ZeroDivisionError("our own mistake")])
    cycle.gate.set()
    generator = generator_of(cycle)
    with pytest.raises(ZeroDivisionError):
        await generator.tick()
    status = generator.status()
    assert (status.state, status.failures, status.last_error) == ("failed", 1, "ZeroDivisionError: our own mistake")


@pytest.mark.parametrize("turns", range(8))
async def test_a_cycle_handed_over_just_before_the_end_is_finished_or_never_begun(turns: int) -> None:
    cycle = GatedCycle()
    generator = generator_of(cycle)
    begun = asyncio.get_running_loop().call_later(0.02, cycle.gate.set)
    async with running_schedule(generator, 60.0, SystemClock()):
        for _ in range(turns):
            await asyncio.sleep(0)
    ended = cycle.finished
    assert cycle.running == 0
    await asyncio.sleep(0.05)
    begun.cancel()
    assert cycle.finished == ended
    assert generator.status().cycles == ended
    assert ended == int(cycle.most_at_once > 0)
