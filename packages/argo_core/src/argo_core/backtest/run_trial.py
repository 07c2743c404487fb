"""One trial: parameters in, a trial out, whatever the objective does."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from argo_core.errors import DataError
from argo_core.model.search import Trial, TrialState, TrialTask, Value
from argo_core.ports.trial_runner import Objective

ONE_FIGURE = "value"
LONGEST_REASON = 300


def run_trials(objective: Objective, tasks: Sequence[TrialTask]) -> list[Trial]:
    """One trial for each task. An objective that evaluates many points at once is asked once: its method `together`
    takes parameters and gives, in their order, what a call for each would, or the DataError that it would raise."""
    together = getattr(objective, "together", None)
    if together is None or len(tasks) < 2:
        return [run_trial(objective, task) for task in tasks]
    try:
        answers = list(together([dict(task.parameters) for task in tasks]))
    except Exception:  # noqa: BLE001  one by one it shows whose fault it is
        answers = []
    if len(answers) != len(tasks):
        return [run_trial(objective, task) for task in tasks]
    return [run_trial(_Told(answer), task) for task, answer in zip(tasks, answers, strict=True)]


@dataclass(frozen=True, slots=True)
class _Told:
    """An objective that has spoken already."""

    answer: Mapping[str, float] | float | DataError

    def __call__(self, _: Mapping[str, Value]) -> Mapping[str, float] | float:
        if isinstance(self.answer, DataError):
            raise self.answer
        return self.answer


def run_trial(objective: Objective, task: TrialTask) -> Trial:
    """Complete with finite figures; refused where the objective raises DataError; failed for anything else."""
    try:
        told = objective(dict(task.parameters))
        figures = {name: float(figure) for name, figure in _named(told).items()}
    except DataError as error:
        return _incomplete(task, TrialState.REFUSED, str(error))
    except Exception as error:  # noqa: BLE001  whatever somebody's objective raises is its trial's end, not the search's
        return _incomplete(task, TrialState.FAILED, f"{type(error).__name__}: {error}")
    wrong = next((name for name, figure in figures.items() if not math.isfinite(figure)), None)
    if wrong is not None or not figures:
        what = "the objective told no figure" if wrong is None else f"{wrong} is {figures[wrong]}, not a finite number"
        return _incomplete(task, TrialState.FAILED, what)
    return Trial(number=task.number, parameters=task.parameters, state=TrialState.COMPLETE, figures=figures)


def _named(told: Mapping[str, float] | float) -> Mapping[str, float]:
    return told if isinstance(told, Mapping) else {ONE_FIGURE: told}


def _incomplete(task: TrialTask, state: TrialState, reason: str) -> Trial:
    line = " ".join(reason.split())[:LONGEST_REASON]
    return Trial(number=task.number, parameters=task.parameters, state=state, reason=line)
