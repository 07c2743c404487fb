"""Folders of releases that nobody goes back to are removed; those that somebody may need stay."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.old_releases import remove_old_releases
from deploy.plan import Plan
from deploy.records import Record
from deploy.release import environment_name
from deploy.sides import link_side, write_sides
from tests.deploy.releases import made_plan, made_release

COMMITS = [str(number) * 40 for number in range(1, 9)]


@pytest.fixture(name="plan")
def plan_with_eight_releases(tmp_path: Path) -> Plan:
    """1 is the oldest. The first was deployed and then the second, which is active; none of the others was done."""
    plan = dataclasses.replace(made_plan(tmp_path), keep_releases=2)
    for age, commit in enumerate(COMMITS):
        marker = made_release(plan, commit) / "release.json"
        os.utime(marker, (1_700_000_000 + age, 1_700_000_000 + age))
    for side, commit in (("blue", COMMITS[0]), ("green", COMMITS[1])):
        link_side(plan, side, commit)
        Record(plan, "deploy", commit=commit).note(outcome="done")
    write_sides(plan, "green")
    return plan


def left(plan: Plan) -> str:
    return "".join(sorted(path.name[0] for path in (plan.root / "releases").iterdir()))


def test_the_newest_the_active_one_and_the_one_before_stay(plan: Plan) -> None:
    assert remove_old_releases(plan) == tuple(COMMITS[2:6])
    assert left(plan) == "1278"
    assert remove_old_releases(plan) == ()


def test_the_one_that_a_roll_back_goes_to_stays_though_no_side_is_linked_to_it(plan: Plan) -> None:
    link_side(plan, "blue", COMMITS[4])
    remove_old_releases(plan)
    assert left(plan) == "12578"


def test_what_executors_are_linked_to_stays(plan: Plan) -> None:
    (plan.root / "executors").symlink_to(plan.release(COMMITS[3]))
    remove_old_releases(plan)
    assert left(plan) == "12478"


def test_what_a_process_runs_stays_whoever_started_it(plan: Plan) -> None:
    program = plan.release(COMMITS[2]) / "code" / "wait.py"
    program.write_text("import sys\nprint(1, flush=True)\nsys.stdin.read()\n")
    with subprocess.Popen([sys.executable, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        remove_old_releases(plan)
        assert left(plan) == "12378"
    remove_old_releases(plan)
    assert left(plan) == "1278"


def test_what_a_crash_left_half_made_goes(plan: Plan) -> None:
    (plan.release(COMMITS[7]) / "release.json").unlink()
    remove_old_releases(plan)
    assert left(plan) == "1267"


def test_an_environment_goes_with_the_last_release_that_uses_it(plan: Plan) -> None:
    for commit in COMMITS:
        name = environment_name(b"old" if commit == COMMITS[3] else b"new")
        packages = plan.root / "env" / name / "lib" / "python3" / "site-packages"
        packages.mkdir(parents=True, exist_ok=True)
        (plan.release(commit) / "release.json").write_text(json.dumps({"commit": commit, "packages": str(packages)}))
        os.utime(plan.release(commit) / "release.json", (1_700_000_000 + int(commit[0]),) * 2)
    remove_old_releases(plan)
    assert [path.name for path in (plan.root / "env").iterdir()] == [environment_name(b"new")]
