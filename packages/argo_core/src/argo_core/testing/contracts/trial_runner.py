"""What every TrialRunner promises."""

from __future__ import annotations

import math
from collections.abc import Mapping

from argo_core.errors import DataError
from argo_core.model.search import Trial, TrialState, TrialTask, Value
from argo_core.ports.trial_runner import Objective, TrialRunner


def sample_objective(parameters: Mapping[str, Value]) -> Mapping[str, float]:
    """A figure with all its digits; refuses 7, raises at 8, tells nothing finite at 9."""
    number = int(parameters["x"])
    if number == 7:
        raise DataError("bad_parameters", "7 makes\nno sense")
    if number == 8:
        raise ZeroDivisionError("eight")
    return {"root": math.inf if number == 9 else math.sqrt(number), "x": float(number)}


async def all_trials(runner: TrialRunner, objective: Objective, count: int) -> list[Trial]:
    """Every answer, by number."""
    tasks = [TrialTask(number, {"x": number}) for number in range(count)]
    found = [trial async for group in runner.run(objective, tasks) for trial in group]
    return sorted(found, key=lambda trial: trial.number)


class TrialRunnerContract:
    """Subclass it, and give a fixture `runner`."""

    async def test_every_task_is_answered_once_to_the_last_digit(self, runner: TrialRunner) -> None:
        trials = await all_trials(runner, sample_objective, 60)
        assert [trial.number for trial in trials] == list(range(60))
        assert [trial.parameters for trial in trials] == [{"x": number} for number in range(60)]
        assert trials[50].figures == {"root": math.sqrt(50), "x": 50.0}

    async def test_what_an_objective_does_wrong_is_its_trials_end(self, runner: TrialRunner) -> None:
        refused, failed, endless = (await all_trials(runner, sample_objective, 10))[7:]
        assert (refused.state, refused.reason) == (TrialState.REFUSED, "7 makes no sense")
        assert (failed.state, failed.reason) == (TrialState.FAILED, "ZeroDivisionError: eight")
        assert (endless.state, endless.reason) == (TrialState.FAILED, "root is inf, not a finite number")

    async def test_no_task_is_no_answer(self, runner: TrialRunner) -> None:
        assert await all_trials(runner, sample_objective, 0) == []

    async def test_another_objective_takes_the_place_of_the_first(self, runner: TrialRunner) -> None:
        await all_trials(runner, sample_objective, 3)
        trials = await all_trials(runner, other_objective, 3)
        assert [trial.figures for trial in trials] == [{"value": 0.0}, {"value": -1.0}, {"value": -2.0}]


def other_objective(parameters: Mapping[str, Value]) -> float:
    """One number."""
    return -float(parameters["x"])
