"""`optimize`: the same trials whatever happens meanwhile, every one counted, none run twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest

from argo_core.backtest import optimize
from argo_core.backtest.content_key import ComputedFrom
from argo_core.backtest.inline_runner import InlineRunner
from argo_core.backtest.memory_trials import MemoryTrials
from argo_core.backtest.optimize import plan_search
from argo_core.backtest.run_trial import run_trial
from argo_core.errors import DataError, StoreError
from argo_core.model.search import Direction, Goal, Trial, TrialCounts, TrialState, TrialTask, Value
from argo_core.ports.trial_runner import Objective
from argo_core.testing.contracts.trial_ledger import TrialLedgerContract
from argo_core.testing.contracts.trial_runner import TrialRunnerContract, sample_objective

CONTENT = ComputedFrom(bars={"AAPL": "a" * 64}, strategy="bowl", source_hash="s", engine="e")


def bowl(parameters: Mapping[str, Value]) -> float:
    """Highest, 0, at x = 3."""
    return -((float(parameters["x"]) - 3.0) ** 2)


class PowerCut(Exception):
    """What ends a process between two trials."""


class ShuffledRunner:
    """Answers in an order of its own, in groups of three, until the power fails after so many groups."""

    def __init__(self, seed: int, groups: int = 10**9) -> None:
        self.dice, self.groups, self.ran = random.Random(seed), groups, list[int]()

    async def run(self, objective: Objective, tasks: Sequence[TrialTask]) -> AsyncIterator[Sequence[Trial]]:
        """See `ports.TrialRunner`."""
        left = self.dice.sample(list(tasks), len(tasks))
        for first in range(0, len(left), 3):
            if self.groups == 0:
                raise PowerCut
            self.groups -= 1
            group = left[first : first + 3]
            self.ran += [task.number for task in group]
            yield [run_trial(objective, task) for task in group]


@pytest.fixture
def ledger() -> MemoryTrials:
    return MemoryTrials()


class TestMemoryTrials(TrialLedgerContract):
    pass


@pytest.fixture
def runner() -> InlineRunner:
    return InlineRunner()


class TestInlineRunner(TrialRunnerContract):
    pass


def test_a_grid_finds_the_best_point_and_counts_all() -> None:
    found = optimize(bowl, "x=0:10", method="grid", trials=1000)
    assert found.best[0].parameters == {"x": 3}
    assert [trial.figures["value"] for trial in found.best[:3]] == [0.0, -1.0, -1.0]
    assert [trial.number for trial in found.best[:3]] == [3, 2, 4]
    assert (len(found.trials), found.counts) == (11, TrialCounts(bars=11, study=11, search=11))


def test_a_goal_may_be_minimised() -> None:
    found = optimize(bowl, "x=0:10", method="grid", goals=[Goal("value", Direction.MINIMISE)])
    assert found.best[0].parameters == {"x": 10}


@pytest.mark.parametrize("method", ["grid", "random"])
def test_the_order_in_which_workers_answer_changes_nothing(method: str) -> None:
    results = [
        optimize(bowl, "x=0:900", method=method, trials=700, seed=5, runner=ShuffledRunner(seed)) for seed in range(3)
    ]
    assert results[0] == results[1] == results[2]


def test_a_search_that_was_cut_goes_on_without_repeating_or_losing_a_trial() -> None:
    whole = optimize(bowl, "x=0:900", trials=700, content=CONTENT, ledger=MemoryTrials())
    ledger, ran, lives = MemoryTrials(), list[int](), 0
    while True:
        runner = ShuffledRunner(lives, groups=40)
        lives += 1
        try:
            found = optimize(bowl, "x=0:900", trials=700, content=CONTENT, ledger=ledger, runner=runner)
        except PowerCut:
            ran += runner.ran
            continue
        ran += runner.ran
        break
    assert lives == 6
    assert sorted(ran) == list(range(700))
    assert (found.trials, found.best, found.counts) == (whole.trials, whole.best, whole.counts)
    assert found.resumed == 596


def test_a_search_that_is_asked_for_more_goes_on() -> None:
    ledger, runner = MemoryTrials(), ShuffledRunner(1)
    optimize(bowl, "x=0:900", trials=300, content=CONTENT, ledger=ledger)
    found = optimize(bowl, "x=0:900", trials=400, content=CONTENT, ledger=ledger, runner=runner)
    assert sorted(runner.ran) == list(range(300, 400))
    assert (found.resumed, found.counts.search) == (300, 400)
    assert found.trials == optimize(bowl, "x=0:900", trials=400).trials


def test_a_finished_search_runs_nothing_again() -> None:
    ledger, runner = MemoryTrials(), ShuffledRunner(1)
    first = optimize(bowl, "x=0:900", trials=300, content=CONTENT, ledger=ledger)
    again = optimize(bowl, "x=0:900", trials=300, content=CONTENT, ledger=ledger, runner=runner)
    assert (runner.ran, again.trials, again.counts, again.resumed) == ([], first.trials, first.counts, 300)


def test_another_seed_is_another_search_of_the_same_study() -> None:
    ledger = MemoryTrials()
    for seed in (0, 1, 2):
        found = optimize(bowl, "x=0:900", trials=50, seed=seed, content=CONTENT, ledger=ledger)
    other = ComputedFrom(bars=CONTENT.bars, strategy="other", source_hash="s", engine="e")
    last = optimize(bowl, "x=0:900", trials=50, content=other, ledger=ledger)
    assert found.counts == TrialCounts(bars=150, study=150, search=50)
    assert last.counts == TrialCounts(bars=200, study=50, search=50)


def test_refused_and_failed_trials_are_counted_and_never_best() -> None:
    found = optimize(sample_objective, "x=0:10", method="grid", goals=[Goal("root")])
    states = {trial.number: trial.state for trial in found.trials}
    assert [states[number] for number in (6, 7, 8, 9)] == [
        TrialState.COMPLETE, TrialState.REFUSED, TrialState.FAILED, TrialState.FAILED
    ]  # fmt: skip
    assert found.counts.search == 11
    assert [trial.number for trial in found.best] == [10, 6, 5, 4, 3, 2, 1, 0]


def test_several_goals_leave_the_trials_that_none_beats() -> None:
    def two(parameters: Mapping[str, Value]) -> dict[str, float]:
        x = float(parameters["x"])
        return {"gain": x if x < 6 else 2.0, "risk": x * x}

    goals = [Goal("gain"), Goal("risk", Direction.MINIMISE)]
    found = optimize(two, "x=0:9", method="grid", goals=goals)
    assert [trial.parameters["x"] for trial in found.best] == [0, 1, 2, 3, 4, 5]


def test_an_objective_that_always_fails_ends_the_search() -> None:
    def broken(parameters: Mapping[str, Value]) -> float:
        raise KeyError("close")

    with pytest.raises(DataError, match="every trial of the first batch failed: KeyError") as error:
        optimize(broken, "x=0:900", trials=700)
    assert error.value.code == "objective_fails"


def test_a_goal_that_is_not_told_names_those_that_are() -> None:
    with pytest.raises(DataError, match="tells no sharpe: choose a goal from root, x"):
        optimize(sample_objective, "x=0:5", method="grid", goals=[Goal("sharpe")])


def test_a_ledger_of_another_sampler_is_refused() -> None:
    ledger = MemoryTrials()
    run = plan_search("x=0:900", content=CONTENT, trials=300, ledger=ledger)
    stray = Trial(number=4, parameters={"x": -1}, state=TrialState.FAILED)
    asyncio.run(ledger.append(run.identity, [stray]))
    with pytest.raises(StoreError, match="trial 4 is stored with other parameters"):
        optimize(bowl, "x=0:900", trials=300, content=CONTENT, ledger=ledger)


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "guess"}, {"method": "tpe"}, {"trials": 0}, {"seed": -1}, {"seed": 2**32}, {"goals": []},
        {"goals": [Goal("a"), Goal("a")]}, {"method": "multi"}, {"method": "tpe", "goals": [Goal("a"), Goal("b")]},
    ],
)  # fmt: skip
def test_what_cannot_be_searched_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(DataError) as error:
        optimize(bowl, "x=0:10", **wrong)
    assert error.value.code == "bad_search"


def test_a_ledger_needs_to_know_what_was_tried() -> None:
    with pytest.raises(DataError) as error:
        optimize(bowl, "x=0:10", ledger=MemoryTrials())
    assert error.value.code == "no_content"


def test_progress_is_told_up_to_the_end() -> None:
    heard: list[tuple[int, int]] = []
    optimize(bowl, "x=0:4", method="grid", progress=lambda done, every: heard.append((done, every)))
    assert heard == [(0, 5), (1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]
