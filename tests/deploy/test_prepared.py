"""The former side stands by with its code loaded and nothing opened, and goes on when it is gone back to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy import orders
from deploy.plan import Plan
from deploy.prepared import is_prepared
from deploy.release import COMMAND
from deploy.side_state import listens
from deploy.sides import active_side, prepared_note
from deploy.supervisors import LocalSupervisor
from deploy.switch import stop_side
from tests.deploy.releases import made_commit, made_plan
from tests.deploy.stage import wait_until


@pytest.fixture(name="plan")
def plan_of_small_programs(tmp_path: Path) -> Iterator[Plan]:
    (tmp_path / "repository").mkdir()
    plan = made_plan(tmp_path)
    try:
        yield plan
    finally:
        for side in ("blue", "green"):
            stop_side(plan, LocalSupervisor(plan), side)


def deployed(plan: Plan) -> None:
    commit = made_commit(plan)
    orders.deploy(plan, commit, commit, lambda _: None)


def number(plan: Plan, side: str) -> str:
    """Of its process."""
    return (plan.root / "run" / f"{side}.pid").read_text()


def told_of(plan: Plan) -> list[str]:
    told: list[str] = []
    orders.status(plan, told.append)
    return [line.rpartition(", ")[2] for line in told[:2]]


def rolled_back(plan: Plan) -> None:
    orders.rollback(plan, "a test", lambda _: None)
    assert (active_side(plan), listens(plan.blue_port), listens(plan.green_port)) == ("blue", True, False)
    assert not prepared_note(plan, "blue").exists()
    assert not LocalSupervisor(plan).runs("green")


def test_the_former_side_stands_by_and_the_same_process_works_after_a_roll_back(plan: Plan) -> None:
    deployed(plan)
    assert not is_prepared(plan, LocalSupervisor(plan), "green")  # nothing to go back to yet
    deployed(plan)
    assert is_prepared(plan, LocalSupervisor(plan), "blue")
    assert not listens(plan.blue_port)
    assert told_of(plan) == ["ready to go back to", "whole"]
    before = number(plan, "blue")
    rolled_back(plan)
    assert number(plan, "blue") == before
    assert told_of(plan) == ["whole", "stopped"]


def test_settings_that_changed_meanwhile_are_those_that_it_works_with(plan: Plan) -> None:
    deployed(plan)
    deployed(plan)
    before = number(plan, "blue")
    plan.environment_file.write_text("NAME=another\n")
    rolled_back(plan)
    assert number(plan, "blue") != before
    assert b"NAME=another" in Path(f"/proc/{number(plan, 'blue').split()[0]}/environ").read_bytes()


def test_the_next_release_does_not_go_on_with_the_code_of_the_one_before(plan: Plan) -> None:
    deployed(plan)
    deployed(plan)
    before = number(plan, "blue")
    deployed(plan)
    assert (active_side(plan), listens(plan.blue_port), listens(plan.green_port)) == ("blue", True, False)
    assert number(plan, "blue") != before


def test_one_that_was_killed_while_it_stood_by_is_started(plan: Plan) -> None:
    deployed(plan)
    deployed(plan)
    os.kill(int(number(plan, "blue").split()[0]), signal.SIGKILL)
    wait_until(lambda: not LocalSupervisor(plan).runs("blue"))
    rolled_back(plan)


def test_a_stop_ends_who_stands_by(plan: Plan) -> None:
    deployed(plan)
    deployed(plan)
    orders.stop(plan, lambda _: None)
    assert not LocalSupervisor(plan).runs("blue")
    assert not prepared_note(plan, "blue").exists()
    assert told_of(plan) == ["stopped", "stopped"]


@pytest.fixture(name="start")
def started_command(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """The real command of a release, for a program whose two modules leave a file each."""
    for module, body in (
        ("serving", "from pathlib import Path\nPath('loaded').touch()\n"),
        (
            "entry",
            "import gc\nfrom pathlib import Path\ndef main():\n    Path('works').write_text(str(gc.isenabled()))\n",
        ),
    ):
        (tmp_path / f"{module}.py").write_text(body)
    (tmp_path / "command").write_text(f"{COMMAND.read_text()}\n\nrun('entry', 'serving')\n")
    running: list[subprocess.Popen[str]] = []

    def start(*words: str, **environment: str) -> subprocess.Popen[str]:
        program = [sys.executable, "command", *words]
        running.append(subprocess.Popen(program, cwd=tmp_path, env=environment, text=True, stderr=subprocess.PIPE))
        return running[-1]

    yield start
    for each in running:
        each.kill()
        each.communicate()


def test_the_command_loads_says_so_and_waits_until_its_note_is_gone(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    note = tmp_path / "blue.waits"
    note.touch()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(30)
        process = start("serve", SIDE_PREPARED=str(note), NOTIFY_SOCKET=str(tmp_path / "notify"))
        assert manager.recv(200) == b"READY=1\nWATCHDOG=1\nSTATUS=code loaded: waits to be needed"
        assert (tmp_path / "loaded").exists()
        process.send_signal(signal.SIGHUP)  # settings are to be read again: it has read none
        manager.settimeout(10)
        assert b"WATCHDOG=1" in manager.recv(200)
        assert process.poll() is None
        assert not (tmp_path / "works").exists()
        note.unlink()
        assert process.wait(30) == 0
    assert (tmp_path / "works").read_text() == "True"


@pytest.mark.parametrize("words", [["serve"], ["backup"]])
def test_who_serves_does_not_wait_without_a_note_and_who_does_something_else_not_with_one(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path, words: list[str]
) -> None:
    note = tmp_path / "blue.waits"
    if words == ["backup"]:
        note.touch()
    assert start(*words, SIDE_PREPARED=str(note)).wait(30) == 0
    assert (tmp_path / "works").exists()
    assert (tmp_path / "loaded").exists() == (words == ["serve"])


def test_a_service_manager_that_is_gone_ends_nobody(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    note = tmp_path / "blue.waits"
    note.touch()
    process = start("serve", SIDE_PREPARED=str(note), NOTIFY_SOCKET=str(tmp_path / "nobody"))
    wait_until((tmp_path / "loaded").exists)
    note.unlink()
    assert process.wait(30) == 0
