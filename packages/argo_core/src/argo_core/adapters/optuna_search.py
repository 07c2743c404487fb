"""Parameters chosen by Optuna's tree of Parzen estimators, for one goal or several (extra: lab).

Bergstra et al., "Algorithms for hyper-parameter optimization", 2011; for several goals Ozaki et al., 2020. Optuna asks
from a study in memory: our ledger, not Optuna's storage, is what a search is resumed from. Each batch has a sampler of
its own, seeded by seed and batch, so that what is asked does not depend on what was asked in an earlier life.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import optuna
from numpy.random import SeedSequence
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.samplers import TPESampler
from optuna.study import StudyDirection
from optuna.trial import TrialState as OptunaState

from argo_core.backtest.best_trials import goal_figures
from argo_core.errors import InvariantError
from argo_core.model.search import Choice, Direction, Domain, Goal, Parameters, Real, Trial, TrialState, Whole

SAMPLER = f"optuna {optuna.__version__} tpe"


class OptunaSearch:
    """`ports.ParameterSearch` for one search of one process."""

    def __init__(self, space: Mapping[str, Domain], goals: Sequence[Goal], seed: int) -> None:
        self._distributions = {name: _distribution(domain) for name, domain in space.items()}
        self._goals, self._seed = tuple(goals), seed
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        words = {Direction.MAXIMISE: StudyDirection.MAXIMIZE, Direction.MINIMISE: StudyDirection.MINIMIZE}
        self._study = optuna.create_study(directions=[words[goal.direction] for goal in goals])
        self._told = 0

    def ask(self, batch: int, count: int) -> Sequence[Parameters]:
        """See `ports.ParameterSearch`."""
        seed = int(SeedSequence([self._seed, batch]).generate_state(1)[0])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            self._study.sampler = TPESampler(seed=seed, multivariate=True, constant_liar=True)
        return [dict(self._study.ask(self._distributions).params) for _ in range(count)]

    def tell(self, trials: Sequence[Trial]) -> None:
        """See `ports.ParameterSearch`."""
        for trial in trials:
            if trial.number != self._told:
                raise InvariantError(f"trial {trial.number} was told where {self._told} comes next")
            if trial.state is TrialState.COMPLETE:
                self._study.tell(trial.number, list(goal_figures(trial, self._goals)))
            else:
                self._study.tell(trial.number, state=OptunaState.FAIL)
            self._told += 1


def _distribution(domain: Domain) -> BaseDistribution:
    match domain:
        case Choice(values=values):
            return CategoricalDistribution(list(values))
        case Whole(low=low, high=high, step=step):
            return IntDistribution(low, low + (high - low) // step * step, step=step)
        case Real(low=low, high=high, step=step, log=log):
            return FloatDistribution(low, high, step=step, log=log)
