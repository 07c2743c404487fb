"""A search, batch by batch: ask, run what was not run before, write down, tell, ask again.

A trial is durable in the ledger before the next batch is asked. A crash loses the trials that were running, nothing
else: whoever runs the same search again is told the stored ones and runs only what is missing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from argo_core.backtest.best_trials import best_trials, goal_figures
from argo_core.errors import DataError, StoreError
from argo_core.model.search import Goal, SearchIdentity, SearchResult, Trial, TrialState, TrialTask
from argo_core.ports.parameter_search import ParameterSearch
from argo_core.ports.trial_ledger import TrialLedger
from argo_core.ports.trial_runner import Objective, TrialRunner

Progress = Callable[[int, int], None]


def no_progress(done: int, every: int) -> None:
    """Nobody is told."""


@dataclass(frozen=True, slots=True)
class SearchRun:
    """One search with all that it needs. `trials`: how many it shall have in all, earlier runs' included; `batch`: how
    many are asked at once, whatever the number of workers. `progress` hears (done, of how many)."""

    identity: SearchIdentity
    goals: tuple[Goal, ...]
    trials: int
    batch: int
    asking: ParameterSearch
    runner: TrialRunner
    ledger: TrialLedger
    progress: Progress = field(default=no_progress)

    async def run(self, objective: Objective) -> SearchResult:
        """The whole search. Raises DataError `objective_fails` if no trial of the first batch could be evaluated,
        `no_such_figure` for a goal that is not told; StoreError of ledger and runner, and where the ledger's trials
        are not those that this search would ask."""
        stored = await self.ledger.trials(self.identity.search)
        known = {trial.number: trial for trial in stored if trial.number < self.trials}
        resumed = len(known)
        for batch in itertools.count():
            tasks = self._asked(batch)
            if not tasks:
                break
            _require_same(tasks, known)
            await self._run_missing(objective, [task for task in tasks if task.number not in known], known)
            finished = [known[task.number] for task in tasks]
            if batch == 0:
                _require_some(finished)
            self.asking.tell(finished)
        trials = tuple(known[number] for number in sorted(known))
        return SearchResult(
            identity=self.identity,
            goals=self.goals,
            trials=trials,
            best=best_trials(trials, self.goals),
            counts=await self.ledger.counts(self.identity),
            resumed=resumed,
        )

    def _asked(self, batch: int) -> list[TrialTask]:
        first = batch * self.batch
        count = min(self.batch, self.trials - first)
        points = self.asking.ask(batch, count) if count > 0 else ()
        return [TrialTask(first + place, point) for place, point in enumerate(points)]

    async def _run_missing(self, objective: Objective, missing: list[TrialTask], known: dict[int, Trial]) -> None:
        self.progress(len(known), self.trials)
        if not missing:
            return
        async for group in self.runner.run(objective, missing):
            # Durable before anybody learns of it: a crash here runs these few again, as if they had not been run.
            await self.ledger.append(self.identity, group)
            known.update((trial.number, trial) for trial in group)
            for trial in group:
                if trial.state is TrialState.COMPLETE:
                    goal_figures(trial, self.goals)
            self.progress(len(known), self.trials)


def _require_same(tasks: Sequence[TrialTask], known: Mapping[int, Trial]) -> None:
    for task in tasks:
        trial = known.get(task.number)
        if trial is not None and trial.parameters != task.parameters:
            raise StoreError(
                f"trial {task.number} is stored with other parameters than this search asks for: another version of "
                "the sampler wrote it; search with another --seed"
            )


def _require_some(finished: Sequence[Trial]) -> None:
    if all(trial.state is TrialState.FAILED for trial in finished):
        raise DataError("objective_fails", f"every trial of the first batch failed: {finished[0].reason}")
