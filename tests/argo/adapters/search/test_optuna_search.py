"""Parzen estimators: the same seed makes the same trials, in one life or in many."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from argo_core.adapters.optuna_search import SAMPLER, OptunaSearch
from argo_core.backtest import optimize
from argo_core.backtest.content_key import ComputedFrom
from argo_core.backtest.memory_trials import MemoryTrials
from argo_core.backtest.search_space import parse_space
from argo_core.errors import DataError
from argo_core.model.search import Direction, Goal, SearchResult, Value
from argo_core.ports.trial_ledger import TrialLedger
from argo_core.ports.trial_runner import TrialRunner
from tests.argo.backtest.test_optimize import PowerCut, ShuffledRunner

SPACE = parse_space("x=0.0:10.0 n=1:100:3 rate=0.001:1.0:log kind=a|b")
ONE, TWO = [Goal("gain")], [Goal("gain"), Goal("risk", Direction.MINIMISE)]
CONTENT = ComputedFrom(bars={}, strategy="hill", source_hash="", engine="")


def hill(parameters: Mapping[str, Value]) -> dict[str, float]:
    """Highest at x = 3, n = 40, kind b; refuses a corner."""
    x, n = float(parameters["x"]), float(parameters["n"])
    if x > 9.5:
        raise DataError("bad_parameters", "too far")
    gain = -((x - 3.0) ** 2) - ((n - 40.0) / 20.0) ** 2 + (1.0 if parameters["kind"] == "b" else 0.0)
    return {"gain": gain, "risk": x * n}


def searched(
    goals: list[Goal],
    trials: int = 120,
    seed: int = 3,
    ledger: TrialLedger | None = None,
    runner: TrialRunner | None = None,
) -> SearchResult:
    """One search by Optuna."""
    return optimize(
        hill,
        SPACE,
        content=CONTENT,
        goals=goals,
        method="multi" if len(goals) > 1 else "tpe",
        trials=trials,
        seed=seed,
        search=OptunaSearch(SPACE, goals, seed),
        sampler=SAMPLER,
        ledger=ledger,
        runner=runner,
    )


@pytest.mark.parametrize("goals", [ONE, TWO], ids=["tpe", "multi"])
def test_the_order_in_which_workers_answer_changes_nothing(goals: list[Goal]) -> None:
    first, second = (searched(goals, runner=ShuffledRunner(seed)) for seed in range(2))
    assert first == second
    assert first.trials != searched(goals, seed=4).trials


@pytest.mark.parametrize("goals", [ONE, TWO], ids=["tpe", "multi"])
def test_a_search_of_many_lives_is_the_search_of_one(goals: list[Goal]) -> None:
    ledger, ran, dice = MemoryTrials(), list[int](), random.Random(9)
    for life in range(100):
        runner = ShuffledRunner(life, groups=dice.randint(1, 9))
        try:
            found = searched(goals, ledger=ledger, runner=runner)
        except PowerCut:
            ran += runner.ran
            continue
        ran += runner.ran
        break
    assert life > 5
    assert sorted(ran) == list(range(120))
    assert found.trials == searched(goals).trials


def test_it_learns() -> None:
    best = searched(ONE).best[0].figures["gain"]
    drawn = optimize(hill, SPACE, goals=ONE, trials=120, seed=3).best[0].figures["gain"]
    assert best > 0.9
    assert best > drawn


def test_every_point_lies_in_its_range() -> None:
    for trial in searched(ONE, trials=60).trials:
        x, n, rate, kind = (trial.parameters[name] for name in ("x", "n", "rate", "kind"))
        assert isinstance(n, int)
        assert 0.0 <= float(x) <= 10.0
        assert n in range(1, 101, 3)
        assert 0.001 <= float(rate) <= 1.0
        assert kind in {"a", "b"}
