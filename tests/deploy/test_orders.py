"""Whole deployments of a small program: what becomes of the sides when something goes wrong, and when nothing does."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from deploy import orders
from deploy.errors import Refused
from deploy.plan import Plan
from deploy.prepared import is_prepared
from deploy.records import newest_record
from deploy.release import released_commit
from deploy.sides import active_side
from deploy.supervisors import LocalSupervisor
from tests.deploy.releases import made_commit, made_plan

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(name="plan")
def plan_without_a_release(tmp_path: Path) -> Iterator[Plan]:
    """Nothing is active yet; whatever was started ends with the test."""
    (tmp_path / "repository").mkdir()
    with ended(made_plan(tmp_path)) as plan:
        yield plan


@pytest.fixture(scope="module", name="deployed_plan")
def plan_with_a_release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plan]:
    """Blue is active, for tests that leave it so."""
    folder = tmp_path_factory.mktemp("deployed")
    (folder / "repository").mkdir()
    with ended(made_plan(folder)) as plan:
        deployed(plan)
        yield plan


@contextmanager
def ended(plan: Plan) -> Iterator[Plan]:
    try:
        yield plan
    finally:
        for side in ("blue", "green"):
            LocalSupervisor(plan).stop(side)


def deployed(plan: Plan, tell: Callable[[str], None] = lambda _: None) -> str:
    """A new commit, deployed."""
    commit = made_commit(plan)
    orders.deploy(plan, commit, commit, tell)
    return commit


def standing(plan: Plan) -> tuple[str | None, list[str]]:
    """The active side, and the sides whose process runs and does not only stand by."""
    supervisor = LocalSupervisor(plan)
    running = [side for side in ("blue", "green") if supervisor.runs(side)]
    return active_side(plan), [side for side in running if not is_prepared(plan, supervisor, side)]


def records(plan: Plan) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in (plan.root / "records").glob("*.json")]


def last(plan: Plan) -> dict[str, Any]:
    record = newest_record(plan)
    assert record is not None
    return record


def test_a_release_that_is_tried_or_refused_is_not_what_is_gone_back_to(plan: Plan) -> None:
    first, second = deployed(plan), deployed(plan)
    third = made_commit(plan)
    orders.trial(plan, third, lambda _: None)
    with pytest.raises(Refused, match="gate 10"):
        orders.deploy(plan, third, None, lambda _: None)
    orders.rollback(plan, "a test", lambda _: None)
    assert released_commit(plan, "blue") == first
    assert standing(plan) == ("blue", ["blue"])
    assert released_commit(plan, "green") == second


def refused(plan: Plan, at: str | tuple[str, ...], do: Callable[[str], None]) -> str:
    """Why a new commit was not deployed, where `do` is done with it once a line begins with `at`."""
    commit = made_commit(plan)

    def tell(line: str) -> None:
        if line.startswith(at):
            do(commit)

    with pytest.raises(Refused) as refusal:
        orders.deploy(plan, commit, commit, tell)
    assert standing(plan) == ("blue", ["blue"])
    return str(refusal.value)


def test_an_answer_that_is_no_health_after_the_switch_brings_the_former_side_back(deployed_plan: Plan) -> None:
    plan = dataclasses.replace(deployed_plan, ready_seconds=3.0)
    why = refused(plan, "gate 10", lambda commit: ill(plan, commit))
    assert why.startswith("gate 11, 100 % health after: the green side is not whole after 3 s: report: it answers")
    assert last(plan)["outcome"] == "refused"


def test_what_nobody_foresaw_after_the_switch_brings_the_former_side_back(deployed_plan: Plan) -> None:
    why = refused(deployed_plan, "gate 11 100 % health after: ok", lambda _: unforeseen())
    assert why == "gate 11, 100 % health after: OSError: no space left"
    assert last(deployed_plan)["outcome"] == "refused"


def test_a_watch_that_breaks_brings_the_former_side_back(deployed_plan: Plan) -> None:
    plan = dataclasses.replace(deployed_plan, watch_seconds=50.0)
    told: list[str] = []

    def broken(commit: str) -> None:
        told.append(commit)
        ill(plan, commit) if len(told) == 1 else unforeseen()

    why = refused(plan, ("gate 11 100 % health after: ok", "watch: "), broken)
    assert why == "green was taken back while it was watched: it could not be watched: OSError: no space left"
    assert last(plan)["outcome"] == "rolled back"


def test_a_trial_listens_where_nobody_is_sent_to(plan: Plan) -> None:
    commit = made_commit(plan)
    orders.trial(plan, commit, lambda _: None)
    asked = (plan.release(commit) / "bin" / "asked.txt").read_text().splitlines()
    assert [line.partition(" --port ")[0] for line in asked] == ["db upgrade", "serve"]
    assert asked[1].rpartition(" ")[2] not in (str(plan.blue_port), str(plan.green_port))


def test_a_checkout_that_is_not_the_commit_is_not_judged_in_its_place(plan: Plan) -> None:
    first, second = made_commit(plan), made_commit(plan)
    with pytest.raises(Refused, match=f"gate 1, changes identified: .* is not at {first[:12]}"):
        orders.deploy(plan, first, first, lambda _: None)
    (plan.repository / "conftest.py").write_text("x = 1\n")
    with pytest.raises(Refused, match=r"gate 1, changes identified: .* holds what is not committed"):
        orders.deploy(plan, second, second, lambda _: None)


def test_a_first_deployment_that_fails_leaves_the_front_a_file_and_the_next_one_works(plan: Plan) -> None:
    commit = made_commit(plan)
    hasty = dataclasses.replace(plan, ready_seconds=3.0)
    with pytest.raises(Refused, match="gate 11"):
        orders.deploy(hasty, commit, commit, lambda line: ill(plan, commit) if line.startswith("gate 10") else None)
    assert standing(plan) == (None, [])
    assert "# active: none\nupstream alpine_active { server 127.0.0.1:1; }" in plan.sides_file.read_text()
    deployed(plan)
    assert standing(plan) == ("blue", ["blue"])


def test_what_was_stopped_on_purpose_can_be_started_and_deployed_over(plan: Plan) -> None:
    deployed(plan)
    orders.stop(plan, lambda _: None)
    orders.start(plan, lambda _: None)
    assert standing(plan) == ("blue", ["blue"])
    orders.stop(plan, lambda _: None)
    assert standing(plan) == ("blue", [])
    deployed(plan)
    assert standing(plan) == ("green", ["green"])


def test_a_roll_back_is_taken_while_a_release_is_watched_and_ends_the_watch(plan: Plan) -> None:
    first = deployed(plan)
    second = made_commit(plan)
    watched = dataclasses.replace(plan, watch_seconds=50.0)

    def tell(line: str) -> None:
        if line.startswith("watch: "):
            orders.rollback(plan, "a test", lambda _: None)
        elif line.startswith("gate 11 100 % health after: ok"):
            ill(plan, second)

    with pytest.raises(Refused, match="the watch ended: green is not active any more"):
        orders.deploy(watched, second, second, tell)
    assert standing(plan) == ("blue", ["blue"])
    assert released_commit(plan, "blue") == first
    assert sorted(told["outcome"] for told in records(plan)) == ["done", "done", "left"]


def ill(plan: Plan, commit: str) -> None:
    """Something else than its health is answered from now on."""
    (plan.release(commit) / "bin" / "said.json").write_text('{"detail": "somebody else answers here"}')


def unforeseen() -> None:
    raise OSError("no space left")


def test_settings_that_the_new_release_does_not_take_end_at_the_gate_in_its_own_words(deployed_plan: Plan) -> None:
    commit = made_commit(deployed_plan)
    (deployed_plan.release(commit) / "bin" / "refused.txt").write_text("secrets check")
    with pytest.raises(Refused, match=r"gate 7, environment: .* does not take .*: Error: NAME is not set: write it"):
        orders.deploy(deployed_plan, commit, commit, lambda _: None)


def test_a_trial_that_does_not_start_says_the_last_line_of_its_log(deployed_plan: Plan) -> None:
    commit = made_commit(deployed_plan)
    command = deployed_plan.release(commit) / "bin" / "alpine"
    command.write_text('#!/bin/sh\n[ "$1" != serve ] || { echo "Error: recorded data is missing"; echo; exit 1; }\n')
    with pytest.raises(Refused, match=r"gate 6, .*: the release does not start: Error: recorded data is missing \(/"):
        orders.trial(deployed_plan, commit, lambda _: None)


def test_a_deployment_removes_releases_that_nobody_goes_back_to(plan: Plan) -> None:
    plan = dataclasses.replace(plan, keep_releases=2)
    first, second, third = deployed(plan), deployed(plan), deployed(plan)
    assert not plan.release(first).exists()
    orders.rollback(plan, "a test", lambda _: None)
    assert (released_commit(plan, "green"), standing(plan)) == (second, ("green", ["green"]))
    assert plan.release(third).exists()


def test_settings_without_a_value_are_not_counted(deployed_plan: Plan) -> None:
    with deployed_plan.environment_file.open("a") as written:
        written.write("EMPTY=\n")
    told: list[str] = []
    deployed(deployed_plan, told.append)
    deployed_plan.environment_file.write_text("NAME=value\n")
    orders.rollback(deployed_plan, "others begin from blue", lambda _: None)
    assert next(line for line in told if "gate  7" in line).startswith("gate  7 environment: ok: 1 settings; ")
