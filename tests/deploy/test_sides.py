"""A release is never written over; a side changes at a switch only; back is to what a deployment was done with."""

from __future__ import annotations

import dataclasses
import zipfile
from pathlib import Path

import pytest

from deploy.commands import run
from deploy.errors import Refused
from deploy.gates import Attempt, build
from deploy.plan import Plan
from deploy.records import Record, release_before
from deploy.release import environment_name, install, installed_files, released_commit
from deploy.sides import link_side
from tests.deploy.front import ROOT
from tests.deploy.releases import made_plan, made_release, pins_of

FIRST, SECOND, THIRD = "1" * 40, "2" * 40, "3" * 40


@pytest.fixture(name="plan")
def plan_of_argo(tmp_path: Path) -> Plan:
    return dataclasses.replace(made_plan(tmp_path, "argo"), repository=ROOT, green_port=8003)


def done(plan: Plan, commit: str, outcome: str = "done") -> None:
    Record(plan, "deploy", commit=commit).note(outcome=outcome)


def test_building_a_release_leaves_both_sides_as_they_were(plan: Plan) -> None:
    for side, commit in (("blue", FIRST), ("green", SECOND)):
        made_release(plan, commit)
        link_side(plan, side, commit)
    pins = pins_of("argo")
    environment = plan.root / "env" / environment_name(pins)
    (environment / "lib" / "python3" / "site-packages").mkdir(parents=True)
    (environment / "pyvenv.cfg").touch()
    wheel = plan.root / "x.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.writestr("argo_core/signal.py", "x = 1\n")
    head = run(["git", "rev-parse", "HEAD"], ROOT).out.strip()
    assert install(plan, head, [wheel]) == 1
    assert installed_files(plan, head) == 1
    assert [released_commit(plan, side) for side in ("blue", "green")] == [FIRST, SECOND]
    assert all((plan.folder(side) / "bin" / "argo").exists() for side in ("blue", "green"))


def test_a_release_that_is_whole_is_not_built_again(plan: Plan) -> None:
    code = made_release(plan, SECOND) / "code" / "running.py"
    code.write_text("x = 1\n")
    assert build(Attempt(plan, "blue", "green", SECOND, None)) == f"1 files in {plan.release(SECOND)}"
    assert code.exists()


def test_a_side_is_a_link_that_is_moved_and_its_port_is_told_beside_it(plan: Plan) -> None:
    for commit in (FIRST, SECOND):
        made_release(plan, commit)
        link_side(plan, "green", commit)
    assert plan.folder("green").resolve() == plan.release(SECOND).resolve()
    told = (plan.root / "green.env").read_text().splitlines()
    assert told == ["SIDE_PORT=8003", f"SIDE_PREPARED={plan.root}/green.waits", "SIDE_WORDS=--take-over 120"]
    assert (plan.release(FIRST) / "bin" / "argo").exists()
    (plan.root / "blue").mkdir()
    with pytest.raises(Refused, match="is a folder and has to be a link"):
        link_side(plan, "blue", FIRST)


def test_back_is_to_the_last_release_that_was_done_and_not_to_one_that_was_tried(plan: Plan) -> None:
    assert release_before(plan, FIRST) is None
    done(plan, FIRST)
    done(plan, SECOND)
    for outcome in ("refused", "rolled back", "watched", "under way"):
        done(plan, THIRD, outcome)
    assert release_before(plan, SECOND) == FIRST
    assert release_before(plan, THIRD) == SECOND
