"""One run, worked on by the process that claims it."""

from __future__ import annotations

import asyncio
import threading

import pytest

from argo_core.adapters.system_clock import SystemClock
from argo_core.backtest.lab.work import LabWork, Progress, Work, Worked
from argo_core.errors import DataError, StoreError
from argo_core.model.lab_run import CancelAsked, LabEvent, LabRequest, LabRun, Progressed, RunState
from argo_core.testing.contracts.lab_runs import claim, sample_request
from argo_core.testing.memory_lab import MemoryLabRuns
from argo_core.testing.sample_cycles import MOMENT

FOUND = Worked(summary=b'{"s":1}', result=b'{"r":1}')


class Watched(MemoryLabRuns):
    """Remembers what was told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[LabEvent] = []
        self.down = False

    async def note(self, event: LabEvent) -> LabRun:
        self.told.append(event)
        if self.down and isinstance(event, Progressed):
            raise StoreError("locked")
        return await super().note(event)


async def asked() -> Watched:
    lab = Watched()
    await lab.ask(sample_request())
    return lab


async def take(lab: Watched, work: Work, attempt: int = 1, faults: list[Exception] | None = None) -> LabRun:
    heard = [] if faults is None else faults
    return await LabWork(lab, SystemClock(), work, heard.append).take("r1", attempt, "host:1")


def slowly(until: threading.Event, *, done: int = 7) -> Work:
    """Computes in a thread until the event is set, or its progress ends it."""

    def compute(progress: Progress) -> Worked:
        while not until.wait(0.01):
            progress(done, 10)
        return FOUND

    async def work(_: LabRequest, progress: Progress) -> Worked:
        return await asyncio.to_thread(compute, progress)

    return work


async def test_what_is_found_is_kept_with_the_end() -> None:
    async def work(_: LabRequest, __: Progress) -> Worked:
        return FOUND

    lab = await asked()
    run = await take(lab, work)
    assert (run.state, run.summary, await lab.result("r1")) == (RunState.DONE, b'{"s":1}', b'{"r":1}')


async def test_progress_is_told_on_the_way_and_no_more_often_than_twice_a_second() -> None:
    lab, until = await asked(), threading.Event()
    task = asyncio.create_task(take(lab, slowly(until)))
    async with asyncio.timeout(5):
        while not any(isinstance(event, Progressed) for event in lab.told):
            await asyncio.sleep(0.01)
    until.set()
    run = await task
    assert (run.state, run.done, run.total) == (RunState.DONE, 7, 10)
    assert sum(isinstance(event, Progressed) for event in lab.told) == 1


async def test_a_cancelled_run_ends_in_the_middle() -> None:
    lab = await asked()
    task = asyncio.create_task(take(lab, slowly(threading.Event())))
    await asyncio.sleep(0)
    await lab.note(CancelAsked(run_id="r1", at=MOMENT))
    async with asyncio.timeout(5):
        run = await task
    assert (run.state, run.error, await lab.result("r1")) == (RunState.CANCELLED, None, None)


async def test_a_run_that_is_cancelled_before_its_result_is_kept_is_cancelled() -> None:
    lab = await asked()

    async def work(_: LabRequest, __: Progress) -> Worked:
        await lab.note(CancelAsked(run_id="r1", at=MOMENT))
        return FOUND

    run = await take(lab, work)
    assert (run.state, run.summary, await lab.result("r1")) == (RunState.CANCELLED, b"", None)


async def test_a_replaced_process_stops_and_does_not_end_the_run() -> None:
    lab = await asked()
    task = asyncio.create_task(take(lab, slowly(threading.Event())))
    await asyncio.sleep(0)
    await lab.note(claim(attempt=2, owner="host:2"))
    async with asyncio.timeout(5):
        run = await task
    assert (run.state, run.owner) == (RunState.RUNNING, "host:2")


async def test_who_comes_second_to_an_attempt_computes_nothing() -> None:
    async def work(_: LabRequest, __: Progress) -> Worked:
        raise AssertionError("worked on twice")

    lab = await asked()
    await lab.note(claim(owner="host:9"))
    assert (await take(lab, work)).owner == "host:9"


async def test_a_refusal_fails_the_run_with_its_sentence() -> None:
    async def work(_: LabRequest, __: Progress) -> Worked:
        raise DataError("no_moments", "no bar ends in the period: choose one that the history covers")

    run = await take(await asked(), work)
    assert (run.state, run.error) == (
        RunState.FAILED,
        "no bar ends in the period: choose one that the history covers",
    )


async def test_a_fault_of_ours_fails_the_run_once_and_tells_nothing_of_the_inside() -> None:
    async def work(_: LabRequest, __: Progress) -> Worked:
        raise ZeroDivisionError("secret path /home")

    faults: list[Exception] = []
    run = await take(await asked(), work, faults=faults)
    assert run.error == "a fault of the program, not of the request: ZeroDivisionError; the server's log says more"
    assert [type(fault) for fault in faults] == [ZeroDivisionError]


@pytest.mark.parametrize("down", [False, True])
async def test_a_database_that_does_not_answer_on_the_way_ends_no_work(down: bool) -> None:
    lab, until = await asked(), threading.Event()
    lab.down = down
    task = asyncio.create_task(take(lab, slowly(until)))
    async with asyncio.timeout(5):
        while not any(isinstance(event, Progressed) for event in lab.told):
            await asyncio.sleep(0.01)
    until.set()
    assert (await task).state is RunState.DONE
