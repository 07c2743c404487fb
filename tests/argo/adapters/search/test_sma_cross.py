"""The crossing of two means, against figures that four other backtesters agree on."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import pandas as pd
import pytest

from argo_core.backtest.sma_cross import sma_cross
from argo_core.errors import DataError
from argo_core.model.bars import Bars
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
