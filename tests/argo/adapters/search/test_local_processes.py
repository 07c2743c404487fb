"""Trials in processes of this machine: as in one process, also where processes die."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from argo_core.adapters.local_processes import LocalProcesses
from argo_core.backtest import optimize
from argo_core.errors import StoreError
from argo_core.model.search import Goal
from argo_core.testing.contracts.trial_runner import TrialRunnerContract, all_trials, sample_objective
from tests.argo.adapters.search.slow_objective import fatal, fatal_once


@pytest.fixture(scope="module")
def runner() -> Iterator[LocalProcesses]:
    with LocalProcesses(2) as processes:
        yield processes


class TestLocalProcesses(TrialRunnerContract):
    pass


def test_the_result_is_that_of_one_process_to_the_last_digit(runner: LocalProcesses) -> None:
    here, there = (
        optimize(sample_objective, "x=10:100000", goals=[Goal("root")], trials=300, seed=11, runner=each)
        for each in (None, runner)
    )
    assert here == there


async def test_a_process_that_is_killed_costs_no_trial(tmp_path: Path) -> None:
    with LocalProcesses(2) as processes:
        trials = await all_trials(processes, partial(fatal_once, tmp_path), 40)
    assert (tmp_path / "died").exists()
    assert [trial.figures["value"] for trial in trials] == [number / 7.0 for number in range(40)]


async def test_an_objective_that_always_kills_its_process_is_named() -> None:
    with LocalProcesses(1) as processes, pytest.raises(StoreError, match="end at once"):
        await all_trials(processes, fatal, 8)
