"""Where trials are run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Protocol

from argo_core.model.search import Trial, TrialTask, Value

Objective = Callable[[Mapping[str, Value]], Mapping[str, float] | float]
"""Parameters in, figures out; one number is the figure `value`. It answers the same for the same parameters, on
whatever worker, and raises DataError for parameters that make no sense. For workers in other processes it can be
pickled: a function of a module, or a `functools.partial` of one with its bars. One that evaluates many points at once
has a method `together` too: see `run_trials`."""


class TrialRunner(Protocol):
    """Promise: every task is answered once, in groups, in any order. A worker that is lost costs time and nothing
    else: its tasks are run again by another. What an objective raises is a trial that failed, not an error of the
    runner. Raises StoreError where no worker is left or none can take the objective.
    """

    def run(self, objective: Objective, tasks: Sequence[TrialTask]) -> AsyncIterator[Sequence[Trial]]: ...
