"""A search that is killed goes on: no stored trial is run again, none is lost, and the end is the same."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from argo_core.adapters.local_processes import LARGEST_GROUP
from argo_core.adapters.sql.upgrade import upgrade
from argo_core.backtest.optimize import plan_search
from tests.argo.adapters.search.search_until_killed import CONTENT
from tests.argo.adapters.search.slow_objective import noted

ROOT = Path(__file__).parents[4]
PROGRAM = Path(__file__).with_name("search_until_killed.py")
MIGRATIONS = ROOT / "migrations" / "argo"
WORKERS = 2


def _stored(file: Path) -> list[tuple[int, str, str]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT number, parameters, figures FROM trial_log ORDER BY number").fetchall()


def _run_and_kill(file: Path, notes: Path, trials: int, seconds: float, after: int | None) -> int:
    """Run the search, kill it once `after` more trials are stored; None: to its end. Its exit status."""
    command = [sys.executable, str(PROGRAM), f"sqlite+aiosqlite:///{file}", str(notes), str(trials), str(seconds)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as search:
        assert search.stdout is not None
        begun = int(search.stdout.readline())
        for line in search.stdout:
            if after is not None and int(line) - begun >= after:
                search.send_signal(signal.SIGKILL)
                break
        search.stdout.read()
        return search.wait(60)


async def _kill_again_and_again(folder: Path, trials: int, kills: int, seconds: float) -> None:
    file, notes, dice = folder / "trials.db", folder / "notes", random.Random(3)
    notes.mkdir()
    await upgrade(f"sqlite+aiosqlite:///{file}", MIGRATIONS)
    for _ in range(kills):
        before = _stored(file)
        after = dice.randint(1, trials // (kills + 1))
        assert _run_and_kill(file, notes, trials, seconds, after) == -signal.SIGKILL
        stored = _stored(file)
        assert set(before) < set(stored)
        assert len(stored) < trials
    assert _run_and_kill(file, notes, trials, seconds, None) == 0
    stored = _stored(file)
    assert [number for number, _, _ in stored] == list(range(trials))
    _wait_for_silence(notes)
    asked = Counter(line for each in notes.iterdir() for line in each.read_text().split())
    # Only what was running when the process died ran a second time: it had never been stored.
    assert sum(asked.values()) <= trials + kills * WORKERS * (LARGEST_GROUP * 4)
    fresh = folder / "fresh"
    fresh.mkdir()
    whole = await plan_search("x=0:1000000", content=CONTENT, trials=trials, seed=5).run(partial(noted, fresh, 0.0))
    told = [(trial.number, trial.parameters["x"], trial.figures["value"]) for trial in whole.trials]
    assert [(n, json.loads(p)["x"], json.loads(f)["value"]) for n, p, f in stored] == told


def _wait_for_silence(notes: Path) -> None:
    """Workers of a killed search end by themselves."""
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{file.stem}").exists() for file in notes.iterdir()):
        assert time.monotonic() < deadline, "a worker outlived its search"
        time.sleep(0.05)


async def test_a_killed_search_goes_on(tmp_path: Path) -> None:
    await _kill_again_and_again(tmp_path, trials=400, kills=1, seconds=0.002)


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_a_killed_search_of_ten_thousand_goes_on(tmp_path: Path) -> None:
    await _kill_again_and_again(tmp_path, trials=10_000, kills=5, seconds=0.002)
