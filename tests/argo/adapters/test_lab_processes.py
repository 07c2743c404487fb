"""The lab's processes, as real ones."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable

import pytest

from argo_core.adapters.lab_processes import LabProcesses, owner_here
from argo_core.errors import ConfigError
from argo_core.ports.lab_workers import Worker

PROGRAMS = {
    "ends": "pass",
    "fails": "import sys; sys.stderr.write('first\\n\\nError: no such run\\n'); sys.exit(1)",
    "waits": "import sys, time; sys.stderr.write('here\\n'); sys.stderr.flush(); time.sleep(60)",
    "shouts": "import sys; sys.stderr.write('x' * 300_000 + '\\n'); sys.stderr.write('last\\n')",
    "tells": "import os, sys; sys.stderr.write(' '.join(sorted(os.environ)))",
}


def program(run_id: str, attempt: int) -> list[str]:
    """What a run is named for."""
    return [sys.executable, "-c", PROGRAMS[run_id]]


@pytest.fixture
async def processes() -> AsyncIterator[LabProcesses]:
    opened = LabProcesses(program, {"PATH": os.environ["PATH"], "ARGO_ENV": "x"}, lambda _: None)
    yield opened
    await opened.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


def over(processes: LabProcesses, run_id: str) -> Callable[[], bool]:
    def is_over() -> bool:
        worker = processes.of(run_id)
        return worker is not None and not worker.alive

    return is_over


async def test_a_process_is_alive_until_it_ends_by_itself(processes: LabProcesses) -> None:
    assert processes.of("ends") is None
    await processes.start("ends", 2)
    await until(over(processes, "ends"))
    assert processes.of("ends") == Worker(attempt=2, alive=False, words="")


async def test_its_last_line_is_what_it_said_went_wrong(processes: LabProcesses) -> None:
    await processes.start("fails", 1)
    await until(over(processes, "fails"))
    assert processes.of("fails") == Worker(attempt=1, alive=False, words="Error: no such run")


async def test_a_line_without_an_end_fills_no_memory_and_hides_no_word_after_it(processes: LabProcesses) -> None:
    await processes.start("shouts", 1)
    await until(over(processes, "shouts"))
    worker = processes.of("shouts")
    assert worker is not None and worker.words == "last"


async def test_it_sees_the_environment_that_was_given_and_no_more(processes: LabProcesses) -> None:
    await processes.start("tells", 1)
    await until(over(processes, "tells"))
    worker = processes.of("tells")
    assert worker is not None and set(worker.words.split()) <= {"ARGO_ENV", "PATH", "LC_CTYPE"}


async def test_a_killed_one_is_known_to_be_gone(processes: LabProcesses) -> None:
    said: list[str] = []
    own = LabProcesses(program, {"PATH": os.environ["PATH"]}, said.append)
    await own.start("waits", 1)
    await until(lambda: said == ["here"])
    worker = own.of("waits")
    assert worker is not None and worker.alive
    os.kill(own._started["waits"].process.pid, signal.SIGKILL)
    await until(over(own, "waits"))


async def test_one_that_is_stopped_is_gone_when_the_call_returns(processes: LabProcesses) -> None:
    await processes.start("waits", 1)
    await processes.stop("waits")
    worker = processes.of("waits")
    assert worker is not None and not worker.alive
    await processes.stop("unknown")


async def test_a_missing_program_is_refused_in_one_line() -> None:
    nowhere = LabProcesses(lambda _, __: ["/no/such/program"], {}, lambda _: None)
    with pytest.raises(ConfigError, match="cannot be started"):
        await nowhere.start("r1", 1)


@pytest.mark.parametrize(
    ("owner", "gone"),
    [
        (owner_here(), False),
        (f"{socket.gethostname()}:99999999", True),
        ("another.machine:99999999", False),
        (f"{socket.gethostname()}:x", False),
        ("", False),
    ],
    ids=["alive", "gone", "elsewhere", "no number", "nobody"],
)
def test_only_a_process_of_this_machine_is_known_to_be_gone(owner: str, gone: bool) -> None:
    assert LabProcesses(program, {}, lambda _: None).gone(owner) is gone
