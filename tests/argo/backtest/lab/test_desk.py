"""The lab's desk: one process at a time for each run, none left hanging, none worked on twice to the end."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import pytest

from argo_core.backtest.lab.desk import MOST_WAITING, LabDesk
from argo_core.errors import ConfigError, DataError
from argo_core.model.lab_run import LabRun, RunState
from argo_core.testing.contracts.lab_runs import claim, end, progress
from argo_core.testing.memory_lab import MemoryLabRuns, MemoryWorkers
from argo_core.testing.sample_cycles import MOMENT


class Wall:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.moment = MOMENT

    def now(self) -> datetime:
        return self.moment


class Rig:
    """A desk over memory."""

    def __init__(self, most: int = 1) -> None:
        self.lab, self.workers, self.wall = MemoryLabRuns(), MemoryWorkers(), Wall()
        numbers = itertools.count(1)
        self.desk = LabDesk(self.lab, self.lab, self.workers, self.wall, lambda: f"r{next(numbers)}", most)

    async def ask(self, key: str = "a") -> LabRun:
        return (await self.desk.ask("profit", b"{}", key * 64)).run

    async def look(self, seconds: float = 0.0) -> None:
        self.wall.moment += timedelta(seconds=seconds)
        await self.desk.step()

    async def state(self, run_id: str = "r1") -> tuple[RunState, str | None]:
        run = await self.lab.run(run_id)
        assert run is not None
        return run.state, run.error


async def test_a_request_is_worked_on_once_however_often_the_desk_looks() -> None:
    rig = Rig()
    await rig.ask()
    for _ in range(3):
        await rig.look(1)
    await rig.lab.note(claim())
    await rig.look(1)
    assert rig.workers.started == [("r1", 1)]


async def test_no_more_than_so_many_are_at_work_and_the_oldest_comes_first() -> None:
    rig = Rig(most=2)
    for key in "abc":
        await rig.ask(key)
    await rig.look()
    assert rig.workers.started == [("r1", 1), ("r2", 1)]
    await rig.lab.note(claim("r1"))
    await rig.lab.note(end(run_id="r1"))
    rig.workers.die("r1")
    await rig.look()
    assert rig.workers.started[2:] == [("r3", 1)]


async def test_without_workers_a_request_waits() -> None:
    rig = Rig(most=0)
    await rig.ask()
    await rig.look()
    assert (rig.workers.started, await rig.state()) == ([], (RunState.REQUESTED, None))


async def test_a_process_that_was_killed_is_replaced_once_and_then_the_run_has_failed() -> None:
    rig = Rig()
    await rig.ask()
    await rig.look()
    await rig.lab.note(claim())
    rig.workers.die("r1")
    await rig.look()
    assert rig.workers.started == [("r1", 1), ("r1", 2)]
    await rig.lab.note(claim(attempt=2))
    rig.workers.die("r1")
    await rig.look()
    state, error = await rig.state()
    assert (state, error) == (
        RunState.FAILED,
        "its process was ended from outside twice: look for a lack of memory, then start it again",
    )
    await rig.look()
    assert len(rig.workers.started) == 2


async def test_a_run_of_a_generator_before_is_taken_up_again_where_its_process_is_gone() -> None:
    rig = Rig()
    await rig.ask()
    await rig.lab.note(claim(owner="host:7"))
    await rig.look()
    assert rig.workers.started == []  # it may be at work still: its generator was killed, not it
    rig.workers.lost.add("host:7")
    await rig.look()
    assert rig.workers.started == [("r1", 2)]


async def test_a_process_elsewhere_counts_as_gone_after_a_minute_of_silence() -> None:
    rig = Rig()
    await rig.ask()
    await rig.lab.note(claim(owner="elsewhere:7"))
    await rig.lab.note(progress(0))
    await rig.look(69)
    assert rig.workers.started == []
    await rig.look(2)
    assert rig.workers.started == [("r1", 2)]


async def test_a_process_that_never_began_fails_its_run_with_its_last_words() -> None:
    rig = Rig()
    await rig.ask()
    await rig.look()
    rig.workers.die("r1", "Error: the database has no schema yet")
    await rig.look()
    assert await rig.state() == (
        RunState.FAILED,
        "its process ended before it began: Error: the database has no schema yet",
    )


async def test_where_no_process_can_be_started_the_run_fails_and_says_so() -> None:
    class NoProgram(MemoryWorkers):
        async def start(self, run_id: str, attempt: int) -> None:
            raise ConfigError("the lab's process cannot be started: no such file")

    rig = Rig()
    rig.desk = LabDesk(rig.lab, rig.lab, NoProgram(), rig.wall, lambda: "r1", 1)
    await rig.ask()
    await rig.look()
    assert await rig.state() == (RunState.FAILED, "the lab's process cannot be started: no such file")


async def test_what_waits_is_cancelled_at_once() -> None:
    rig = Rig()
    await rig.ask()
    assert (await rig.desk.cancel("r1")).state is RunState.CANCELLED
    await rig.look()
    assert rig.workers.started == []


async def test_what_is_at_work_is_asked_first_and_ended_after_ten_seconds() -> None:
    rig = Rig()
    await rig.ask()
    await rig.look()
    await rig.lab.note(claim())
    assert (await rig.desk.cancel("r1")).state is RunState.RUNNING
    await rig.look(10)
    assert rig.workers.stopped == []
    await rig.look(1)
    assert rig.workers.stopped == ["r1"]
    await rig.look()
    assert await rig.state() == (RunState.CANCELLED, None)
    assert rig.workers.started == [("r1", 1)]


@pytest.mark.parametrize("state", [RunState.DONE, RunState.FAILED])
async def test_what_is_over_cannot_be_cancelled(state: RunState) -> None:
    rig = Rig()
    await rig.ask()
    await rig.lab.note(claim())
    await rig.lab.note(end(state))
    assert (await rig.desk.cancel("r1")).state is state


async def test_from_so_many_open_runs_on_nothing_more_is_taken_and_none_is_overlooked() -> None:
    rig = Rig()
    for number in range(MOST_WAITING):
        await rig.desk.ask("profit", b"{}", f"{number:064}")
    with pytest.raises(DataError, match="400 runs are not over yet: cancel some of them, or wait"):
        await rig.ask()
    await rig.look()
    assert rig.workers.started == [("r1", 1)]
