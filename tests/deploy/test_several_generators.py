"""Several generators share one PostgreSQL: a switch moves one after the other, and a roll-back moves all back."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy import orders
from deploy.errors import Refused
from deploy.plan import Plan
from deploy.prepared import is_prepared
from deploy.release import released_commit
from deploy.sides import active_side
from deploy.supervisors import LocalSupervisor
from deploy.switch import confirmed, stop_side, switch
from deploy.trial import upgrade_database
from tests.argo.postgres_server import NoServer, postgres_server
from tests.deploy.releases import made_commit, made_plan, pairs_of_ports

BIN = Path(sys.executable).parent
FIRST, SECOND, BROKEN = "1" * 40, "2" * 40, "3" * 40
SETTINGS = {
    "signal_generation": {"interval_seconds": 0.5, "symbols": ["AAPL", "AMZN", "BA", "AMD", "SPY", "TSLA"]},
    "server": {"console_password": "correct horse"},
    "ledger": {"log_folder": None},
}


@pytest.fixture(scope="module", name="plan")
def plan_of_two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plan]:
    """The checkout's own program as two releases, and a third that does not start; nothing works yet."""
    folder = tmp_path_factory.mktemp("several")
    try:
        with postgres_server() as url:
            yield from _ended(_settled(folder, url))
    except NoServer as error:
        pytest.skip(str(error))


def _settled(folder: Path, url: str) -> Plan:
    blue, green = pairs_of_ports(2)
    plan = dataclasses.replace(made_plan(folder, "argo"), blue_port=blue, green_port=green, generators=2)
    (folder / "config.json").write_text(json.dumps(SETTINGS))
    (folder / "config.json").chmod(0o600)
    plan.environment_file.write_text(
        f"ARGO_DATABASE_URL={url}/postgres\nARGO_KEY_DIR={folder}/keys\nARGO_CONFIG={folder}/config.json\n"
    )
    for commit in (FIRST, SECOND, BROKEN):
        plan.release(commit).mkdir(parents=True)
        (plan.release(commit) / "release.json").write_text(json.dumps({"commit": commit, "files": 1}))
        (plan.release(commit) / "bin").symlink_to(BIN) if commit != BROKEN else _broken(plan.release(commit))
    upgrade_database(plan, plan.release(FIRST))
    return plan


def _broken(release: Path) -> None:
    """A release whose second generator ends at once."""
    (release / "bin").mkdir()
    command = release / "bin" / "argo"
    command.write_text(f'#!/bin/sh\ncase "$*" in *"2/2"*) exit 1;; esac\nexec {BIN}/argo "$@"\n')
    command.chmod(0o755)


def _ended(plan: Plan) -> Iterator[Plan]:
    try:
        yield plan
    finally:
        for side in ("blue", "green"):
            stop_side(plan, LocalSupervisor(plan), side)


def running(plan: Plan) -> list[str]:
    """Those that do not only stand by."""
    names = [name for side in ("blue", "green") for name in plan.processes(side)]
    supervisor = LocalSupervisor(plan)
    return [name for name in names if supervisor.runs(name) and not is_prepared(plan, supervisor, name)]


@pytest.mark.slow
@pytest.mark.timeout(170)
def test_real_shards_are_switched_one_by_one_and_all_come_back_where_one_does_not_start(plan: Plan) -> None:
    supervisor = LocalSupervisor(plan)
    switch(plan, supervisor, None, "blue", FIRST)
    checks = confirmed(plan, supervisor, "blue")
    assert {check.name.partition(" ")[0] for check in checks} == {"blue.1", "blue.2"}
    switch(plan, supervisor, "blue", "green", SECOND)
    confirmed(plan, supervisor, "green")
    assert (active_side(plan), running(plan)) == ("green", ["green.1", "green.2"])
    with pytest.raises(Refused, match=r"the blue\.2 side ended: look at its log"):
        switch(plan, supervisor, "green", "blue", BROKEN)
    confirmed(plan, supervisor, "green")
    assert (active_side(plan), running(plan)) == ("green", ["green.1", "green.2"])


@pytest.fixture(name="small")
def plan_of_three_small_programs(tmp_path: Path) -> Iterator[Plan]:
    (tmp_path / "repository").mkdir()
    blue, green = pairs_of_ports(3)
    plan = made_plan(tmp_path, "argo")
    yield from _ended(dataclasses.replace(plan, blue_port=blue, green_port=green, generators=3, ready_seconds=10.0))


def silent(_: str) -> None:
    """Nobody listens."""


def deployed(plan: Plan) -> str:
    commit = made_commit(plan)
    orders.deploy(plan, commit, commit, silent)
    return commit


BLUE, GREEN = ["blue.1", "blue.2", "blue.3"], ["green.1", "green.2", "green.3"]


def test_each_generator_of_a_side_has_its_port_and_its_share_and_the_front_is_pointed_at_the_first(small: Plan) -> None:
    first = deployed(small)
    told = [(small.root / f"{name}.env").read_text().splitlines() for name in BLUE]
    assert told == [
        [
            f"SIDE_PORT={small.blue_port + 2 * (number - 1)}",
            f"SIDE_PREPARED={small.root}/blue.{number}.waits",
            f"SIDE_WORDS=--take-over 120 --shard {number}/3",
        ]
        for number in (1, 2, 3)
    ]
    asked = (small.release(first) / "bin" / "asked.txt").read_text().splitlines()
    assert [line for line in asked if "--shard" in line] == [
        f"serve --port {small.blue_port + 2 * (number - 1)} --take-over 120 --shard {number}/3" for number in (1, 2, 3)
    ]
    assert f"argo_active {{\n    server 127.0.0.1:{small.blue_port} max_fails=0;" in small.sides_file.read_text()
    assert running(small) == BLUE


def test_what_is_started_leads_a_session_of_its_own_and_outlives_the_terminal_of_its_starter(small: Plan) -> None:
    deployed(small)
    pids = [int((small.root / "run" / f"{name}.pid").read_text().split()[0]) for name in BLUE]
    assert [os.getsid(pid) for pid in pids] == pids


def test_a_deployment_and_a_roll_back_move_every_generator(small: Plan) -> None:
    first, second = deployed(small), deployed(small)
    assert (active_side(small), running(small)) == ("green", GREEN)
    assert {released_commit(small, name) for name in GREEN} == {second}
    orders.rollback(small, "a test", silent)
    assert (active_side(small), running(small)) == ("blue", BLUE)
    assert {released_commit(small, name) for name in BLUE} == {first}


def test_the_last_generator_that_does_not_start_brings_all_back(small: Plan) -> None:
    deployed(small)
    bad = made_commit(small)
    last = f"serve --port {small.green_port + 4} --take-over 120 --shard 3/3"
    (small.release(bad) / "bin" / "refused.txt").write_text(last)
    with pytest.raises(Refused, match=r"the green\.3 side ended"):
        orders.deploy(small, bad, bad, silent)
    assert (active_side(small), running(small)) == ("blue", BLUE)


def test_one_generator_that_ended_is_a_fault_of_the_side(small: Plan) -> None:
    deployed(small)
    LocalSupervisor(small).stop("blue.2")
    told: list[str] = []
    assert not orders.status(small, told.append)
    assert told[0].endswith("blue.2 answers: it does not answer")
    second = made_commit(small)
    with pytest.raises(Refused, match=r"gate 9, health before: blue\.2 answers: it does not answer"):
        orders.deploy(small, second, second, silent)


def test_their_number_is_changed_while_they_stand_still_and_not_while_they_work(small: Plan) -> None:
    deployed(small)
    fewer = dataclasses.replace(small, generators=2)
    second = made_commit(small)
    refusal = "3 generators work and the plan says 2: deploy/run stop, then start"
    with pytest.raises(Refused, match=refusal):
        orders.gates(fewer, second, second, silent)
    with pytest.raises(Refused, match=refusal):
        orders.rollback(fewer, "", silent)
    orders.stop(fewer, silent)
    assert running(small) == []
    orders.start(fewer, silent)
    assert running(small) == ["blue.1", "blue.2"]
    assert not (small.root / "blue.3.env").exists()
