"""Backtests asked for over HTTP, worked on by real processes that are killed on the way."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.argo.server.processes import ArgoFolder, stop, wait_until

KEY = "k" * 40
REQUEST = {"symbols": ["AAPL"], "begin": "2017-01-11"}
LONG = {"symbols": ["AAPL", "AMZN", "GOOGL", "TSLA"], "begin": "2009-02-10"}

pytestmark = pytest.mark.timeout(120)
Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> ArgoFolder:
    made = ArgoFolder(tmp_path_factory.mktemp("lab"), tmp_path_factory.mktemp("cache"), interval_seconds=60.0)
    return made.with_environment(ARGO_DISTRIBUTION_KEY=KEY).upgraded()


@pytest.fixture(scope="module")
def process(folder: ArgoFolder) -> Iterator[subprocess.Popen[bytes]]:
    started = folder.serve()
    # Another test of this folder may have left cycles: what is asked has to be alive.
    wait_until(lambda: call_lives(folder) and len(folder.stored_cycles()) > 0, started)
    yield started
    stop(started)


def call(folder: ArgoFolder, method: str, path: str, body: object = None) -> tuple[int, Any]:
    """Status and answer, with the key."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{folder.port}{path}",
        data=None if body is None else json.dumps(body).encode(),
        method=method,
        headers={"X-API-Key": KEY},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def ask(folder: ArgoFolder, **request: object) -> str:
    status, run = call(folder, "POST", "/api/v1/backtest", {**REQUEST, **request})
    assert (status, run["earlier"]) == (202, False)
    return str(run["run_id"])


def follow(folder: ArgoFolder, run_id: str, until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The run once the condition holds."""
    deadline = time.monotonic() + 50
    while time.monotonic() < deadline:
        run: dict[str, Any] = call(folder, "GET", f"/api/v1/backtest/{run_id}")[1]
        if until(run):
            return run
        time.sleep(0.02)
    raise AssertionError(f"the run did not come so far: {run}")


def kill_owner(folder: ArgoFolder, run_id: str, attempt: int) -> None:
    """SIGKILL for the process that claimed this attempt, by its number."""
    with closing(sqlite3.connect(f"file:{folder.database}?mode=ro", uri=True)) as connection:
        (owner,) = connection.execute(
            "SELECT owner FROM lab_step WHERE run_id = ? AND step = 'claimed' AND attempt = ?", (run_id, attempt)
        ).fetchone()
    os.kill(int(owner.rpartition(":")[2]), signal.SIGKILL)


def rows(folder: ArgoFolder, table: str, run_id: str) -> int:
    with closing(sqlite3.connect(f"file:{folder.database}?mode=ro", uri=True)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table} WHERE run_id = ?", (run_id,)).fetchone()[0])


def at_work(attempt: int) -> Callable[[dict[str, Any]], bool]:
    return lambda run: bool(run["state"] == "running" and run["attempts"] == attempt)


@pytest.mark.usefixtures("process")
def test_a_killed_worker_is_replaced_and_the_run_is_done_once(folder: ArgoFolder) -> None:
    run_id = ask(folder, seed=1)
    follow(folder, run_id, at_work(1))
    kill_owner(folder, run_id, 1)
    done = follow(folder, run_id, lambda run: run["state"] in ("done", "failed"))
    assert (done["state"], done["attempts"], done["error"]) == ("done", 2, None)
    assert rows(folder, "lab_end", run_id) == 1
    assert done["result"]["moments"] == 774
    again = call(folder, "POST", "/api/v1/backtest", {**REQUEST, "seed": 1})
    assert (again[0], again[1]["run_id"], again[1]["earlier"]) == (200, run_id, True)


@pytest.mark.usefixtures("process")
def test_a_run_whose_worker_is_killed_twice_has_failed_and_says_so(folder: ArgoFolder) -> None:
    run_id = ask(folder, seed=2)
    for attempt in (1, 2):
        follow(folder, run_id, at_work(attempt))
        kill_owner(folder, run_id, attempt)
    failed = follow(folder, run_id, lambda run: run["state"] not in ("running", "requested"))
    assert (failed["state"], failed["result"]) == ("failed", None)
    assert failed["error"].startswith("its process was ended from outside twice")


@pytest.mark.usefixtures("process")
def test_a_cancelled_run_ends_and_an_equal_request_starts_anew(folder: ArgoFolder) -> None:
    run_id = ask(folder, **LONG)
    follow(folder, run_id, at_work(1))
    status, run = call(folder, "DELETE", f"/api/v1/backtest/{run_id}")
    assert (status, run["cancelling"]) == (200, True)
    assert follow(folder, run_id, lambda run: run["state"] != "running")["state"] == "cancelled"
    other = ask(folder, **LONG)
    assert call(folder, "DELETE", f"/api/v1/backtest/{other}")[0] == 200
    assert folder.run("lab", "list", "--json").stdout.count(run_id) == 1


@pytest.mark.usefixtures("process")
def test_what_the_history_cannot_answer_fails_with_one_sentence(folder: ArgoFolder) -> None:
    early = call(folder, "POST", "/api/v1/backtest", {"begin": "2008-01-02"})
    assert (early[0], early[1]["code"]) == (400, "bad_period")
    assert call(folder, "POST", "/api/v1/backtest", {"begin": "9999-12-31"})[1]["code"] == "bad_period"
    assert call(folder, "POST", "/api/v1/backtest", {"symbols": ["NVDA"]})[1]["code"] == "unknown_symbol"
    run_id = ask(folder, begin="2011-01-08", end="2011-01-09")
    over = follow(folder, run_id, lambda run: run["state"] in ("done", "failed"))
    assert (over["state"], over["error"]) == (
        "failed",
        "no bar ends in the period: choose one that the history covers",
    )


@pytest.mark.usefixtures("process")
def test_imported_bars_are_tested_and_an_answer_keeps_the_version_that_it_was_asked_of(folder: ArgoFolder) -> None:
    assert call(folder, "POST", "/api/v1/backtest", {"bars": "stored"})[1]["code"] == "not_stored"
    assert folder.run("data", "import", "recorded", "--symbols", "AAPL").returncode == 0
    found = [
        follow(folder, ask(folder, kind="strategy", seed=6, bars=bars), lambda run: run["state"] in ("done", "failed"))
        for bars in ("stored", "recorded")
    ]
    # The same bars at the same closes: the same signals, wherever they came from.
    assert found[0]["error"] is None
    assert (found[0]["result"]["moments"], found[0]["result"]["headline"]) == (
        found[1]["result"]["moments"],
        found[1]["result"]["headline"],
    )
    request = {**REQUEST, "kind": "strategy", "seed": 6, "bars": "stored"}
    assert call(folder, "POST", "/api/v1/backtest", request)[1]["earlier"] is True
    rows_of_a_day = "Date,Open,High,Low,Close,Volume\n2020-02-07,70,90,70,80,1000\n"
    (folder.folder / "day.csv").write_text(rows_of_a_day)
    words = ("day.csv", "--symbols", "AAPL", "--adjustment", "split", "--replace")
    assert folder.run("data", "import", "files", *words).returncode == 0
    assert call(folder, "POST", "/api/v1/backtest", request)[1]["earlier"] is False


def test_a_generator_that_is_killed_leaves_no_run_hanging(folder: ArgoFolder) -> None:
    generator = folder.serve()
    try:
        wait_until(lambda: call_lives(folder), generator)
        run_id = ask(folder, seed=4)
        follow(folder, run_id, at_work(1))
    finally:
        stop(generator, signal.SIGKILL)
    kill_owner(folder, run_id, 1)
    generator = folder.serve()
    try:
        wait_until(lambda: call_lives(folder), generator)
        done = follow(folder, run_id, lambda run: run["state"] not in ("running", "requested"))
    finally:
        stop(generator)
    assert (done["state"], done["attempts"], rows(folder, "lab_end", run_id)) == ("done", 2, 1)


def call_lives(folder: ArgoFolder) -> bool:
    try:
        return bool(folder.get("/health"))
    except OSError:
        return False
