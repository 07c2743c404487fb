"""Which of many trials are the good ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from argo_core.errors import DataError
from argo_core.model.search import Direction, Goal, Trial, TrialState


def best_trials(trials: Sequence[Trial], goals: Sequence[Goal]) -> tuple[Trial, ...]:
    """For one goal the complete trials, the best first, a tie by number; for several those that no other trial beats:
    as good in every goal and better in one (Pareto), by number."""
    complete = [trial for trial in trials if trial.state is TrialState.COMPLETE]
    if not complete:
        return ()
    table = np.array([goal_figures(trial, goals, good_is_low=True) for trial in complete])
    numbers = np.array([trial.number for trial in complete])
    if len(goals) == 1:
        return tuple(complete[row] for row in np.lexsort((numbers, table[:, 0])))
    kept = [row for row, own in enumerate(table) if not ((table <= own).all(axis=1) & (table < own).any(axis=1)).any()]
    return tuple(sorted((complete[row] for row in kept), key=lambda trial: trial.number))


def goal_figures(trial: Trial, goals: Sequence[Goal], *, good_is_low: bool = False) -> tuple[float, ...]:
    """The goals' figures of a complete trial, in their order; with `good_is_low` those to be maximised negated.

    Raises DataError `no_such_figure` for a goal that the objective does not tell.
    """
    missing = next((goal.figure for goal in goals if goal.figure not in trial.figures), None)
    if missing is not None:
        told = ", ".join(sorted(trial.figures))
        raise DataError("no_such_figure", f"the objective tells no {missing}: choose a goal from {told}")
    return tuple(
        -trial.figures[goal.figure]
        if good_is_low and goal.direction is Direction.MAXIMISE
        else trial.figures[goal.figure]
        for goal in goals
    )
