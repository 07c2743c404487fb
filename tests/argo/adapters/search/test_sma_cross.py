"""The crossing of two means, against figures that four other backtesters agree on."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import pandas as pd
import pytest

from argo_core.backtest.plain_backtest import COMPILED_FROM_STEPS
from argo_core.backtest.run_trial import run_trial, run_trials
from argo_core.backtest.sma_cross import SmaCross, sma_cross
from argo_core.errors import DataError
from argo_core.model.bars import Bars
from argo_core.model.search import Parameters, TrialTask
from argo_core.testing.sample_history import sample_history


@pytest.fixture(name="goog", scope="module")
def recorded_goog() -> Bars:
    """Daily bars of GOOG, 2004 to 2013, from a package that is installed for its data."""
    file = importlib.metadata.distribution("backtesting").locate_file("backtesting/test/GOOG.csv")
    frame = pd.read_csv(Path(str(file)), index_col=0, parse_dates=True)
    return Bars.from_frame("GOOG", frame, "1Day", "America/New_York")


def test_goog_10_30_ends_at_the_agreed_equity(goog: Bars) -> None:
    figures = sma_cross({"GOOG": goog}, {"fast": 10, "slow": 30})
    assert round(figures["final_equity"], 4) == 107430.0841
    assert figures["entries"] == 33.0
    assert round(figures["return_pct"], 6) == 7.430084


def test_no_decision_sees_its_own_next_bar(goog: Bars) -> None:
    whole = sma_cross({"GOOG": goog}, {"fast": 10, "slow": 30})
    cut = sma_cross({"GOOG": goog.first(1500)}, {"fast": 10, "slow": 30})
    assert cut["entries"] < whole["entries"]
    assert cut == sma_cross({"GOOG": goog.first(1501).first(1500)}, {"fast": 10, "slow": 30})


def test_without_a_crossing_nothing_is_traded() -> None:
    figures = sma_cross({"AAPL": sample_history(days=200)}, {"fast": 5, "slow": 20})
    assert figures == {
        "final_equity": 100000.0, "entries": 0.0, "return_pct": 0.0, "max_drawdown_pct": 0.0, "sharpe": 0.0
    }  # fmt: skip


@pytest.mark.parametrize(("fast", "slow"), [(30, 10), (10, 10), (0, 10), (10, 5000), (10.0, 30), ("a", 30)])
def test_windows_that_make_no_sense_are_refused(goog: Bars, fast: float, slow: float) -> None:
    with pytest.raises(DataError) as error:
        sma_cross({"GOOG": goog}, {"fast": fast, "slow": slow})
    assert error.value.code == "bad_parameters"


def test_two_symbols_are_refused(goog: Bars) -> None:
    with pytest.raises(DataError) as error:
        sma_cross({"GOOG": goog, "AAPL": sample_history()}, {"fast": 10, "slow": 30})
    assert error.value.code == "one_symbol"


def test_units_that_the_cash_does_not_buy_are_refused(goog: Bars) -> None:
    with pytest.raises(DataError) as error:
        sma_cross({"GOOG": goog}, {"fast": 10, "slow": 30, "units": 5000})
    assert error.value.code == "no_cash"


POINTS: tuple[Parameters, ...] = (
    {"fast": 10, "slow": 30},
    {"fast": 30, "slow": 10},
    {"fast": 7, "slow": 45, "units": 5000},
    {"fast": 7, "slow": 45, "units": 3},
    {"fast": 200, "slow": 2148},
    {"fast": 3, "slow": 8, "units": -1},
    {"fast": 5, "slow": 50},
)


@pytest.mark.parametrize("steps", [0, COMPILED_FROM_STEPS])
def test_many_points_at_once_are_to_the_last_digit_each_by_itself(goog: Bars, steps: int) -> None:
    tasks = [TrialTask(number, point) for number, point in enumerate(POINTS)]
    alone = [run_trial(lambda point: sma_cross({"GOOG": goog}, point), task) for task in tasks]
    assert run_trials(SmaCross({"GOOG": goog}, steps), tasks) == alone
    assert [each.state.value for each in alone].count("refused") == 3


def test_an_objective_that_cannot_take_many_points_is_asked_for_each() -> None:
    class Fussy:
        def __init__(self, answers: list[float]) -> None:
            self.answers = answers

        def __call__(self, point: object) -> float:
            return 1.0

        def together(self, points: object) -> list[float]:
            if not self.answers:
                raise ZeroDivisionError
            return self.answers

    tasks = [TrialTask(number, {}) for number in range(2)]
    for answers, value in (([], 1.0), ([2.0], 1.0), ([2.0, 2.0], 2.0)):
        assert [each.figures["value"] for each in run_trials(Fussy(answers), tasks)] == [value, value]
