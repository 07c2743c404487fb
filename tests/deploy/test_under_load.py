"""A deployment and a roll-back of both entities under requests and live signals, and a restore of the backup."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.front import nginx
from tests.deploy.load import Load
from tests.deploy.stage import ENTITIES, Stage, wait_until

ROLLBACK_LIMIT_SECONDS = 5.0
LEAST_REQUESTS = 200
FULL = os.environ.get("TEST_COUNTS", "slice") != "slice"
# What asks takes as much of the machine as what answers: the slice asks less often, for a shorter time.
PER_SECOND, THREADS = (200, 40) if FULL else (60, 12)
GATES = [
    "changes identified", "scope verified", "tests", "lint", "build", "staging", "environment", "quality",
    "health before", "explicit confirmation",
]  # fmt: skip
pytestmark = [
    pytest.mark.timeout(1200 if FULL else 170),
    pytest.mark.skipif(
        nginx() is None and os.environ.get("CI") != "true", reason="nginx is missing: apt-get install nginx-light"
    ),
]


@pytest.fixture(scope="module", name="stage")
def first_releases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = Stage(tmp_path_factory.mktemp("deploy"))
    try:
        each_at_once(stage.deploy if FULL else stage.first)
        yield stage
    finally:
        stage.close()


def each_at_once(call: Callable[[str], Any]) -> dict[str, Any]:
    """Both entities are their own companies: nobody waits for the other."""
    with ThreadPoolExecutor(len(ENTITIES)) as pool:
        return dict(zip(ENTITIES, pool.map(call, ENTITIES), strict=True))


def signals(stage: Stage, entity: str, database: Path | None = None) -> list[tuple[str]]:
    table = {"argo": "signal_log", "alpine": "signals"}[entity]
    return stage.rows(entity, f"SELECT signal_id FROM {table} ORDER BY signal_id", database)


def rolled_back(stage: Stage, entity: str) -> float:
    done = stage.order(entity, "rollback", "--reason", "a trial")
    assert done.returncode == 0, done.stdout + done.stderr + stage.logs()
    return float(stage.records(entity)[-1]["switch_seconds"])


def test_a_deployment_and_a_roll_back_lose_no_request_and_no_signal(stage: Stage, tmp_path: Path) -> None:
    addresses = [f"http://127.0.0.1:{stage.ports[entity]}/health" for entity in ENTITIES]
    load = Load(addresses, PER_SECOND, THREADS)
    load.start()
    for number in range(10 if FULL else 1):
        before = len(signals(stage, "argo"))
        for entity in ENTITIES:
            stage.commit(f"packages/{entity}_core/README.md", f"\nRelease {number}.\n")
        each_at_once(stage.deploy)
        seconds = each_at_once(lambda entity: rolled_back(stage, entity))
        # Beside other tests a second says little: the limit is held where nothing else runs.
        assert max(seconds.values()) < ROLLBACK_LIMIT_SECONDS or not FULL
        wait_until(lambda before=before: len(signals(stage, "argo")) > before, stage.logs)  # type: ignore[misc]
    load.stop()
    assert set(load.outcomes) == {"200"}, load.outcomes
    assert sum(load.outcomes.values()) > LEAST_REQUESTS  # a busy machine keeps no pace: no request is dropped for it
    stage.order("argo", "stop")
    published = signals(stage, "argo")
    assert len(published) == len(set(published)) > 0
    wait_until(lambda: signals(stage, "alpine") == published, lambda: (len(signals(stage, "alpine")), stage.logs()))
    require_records(stage)
    require_restored(stage, tmp_path)


def require_records(stage: Stage) -> None:
    for entity in ENTITIES:
        deployed, back = stage.records(entity)[-2:]
        assert (deployed["kind"], deployed["outcome"]) == ("deploy", "done")
        assert [gate["gate"] for gate in deployed["gates"]] == GATES
        assert deployed["health"] and all(check["ok"] is not False for check in deployed["health"])
        assert (back["kind"], back["outcome"], back["commit"]) == ("rollback", "done", stage.first_commit)


def require_restored(stage: Stage, folder: Path) -> None:
    """The backup of the deployment comes back with the rows that it says it holds, a beginning of what is there now."""
    for entity in ENTITIES:
        backup = stage.records(entity)[-2]["backup"]
        copy = folder / f"{entity}.db"
        done = stage.program(entity, "restore", backup, "--into", f"sqlite+aiosqlite:///{copy}", "--json")
        manifest = json.loads(done.stdout)["manifest"]
        rows = manifest.get("rows") or manifest["facts"]["rows"]
        restored, now = signals(stage, entity, copy), signals(stage, entity)
        assert len(restored) == rows[{"argo": "signal_log", "alpine": "signals"}[entity]]
        assert set(restored) <= set(now)


def test_what_works_and_what_stands_by_is_told(stage: Stage) -> None:
    done = stage.order("alpine", "status")
    assert done.returncode == 0, done.stdout + stage.logs()
    active = [line for line in done.stdout.splitlines() if ": active," in line]
    assert len(active) == 1
    assert active[0].endswith("whole")
