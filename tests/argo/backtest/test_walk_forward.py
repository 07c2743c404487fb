"""The public walk-forward: what is learned where, and what comes of it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import PCG64, Generator

from argo_core.backtest import WalkForward, WalkForwardPlan
from argo_core.backtest.splits import Rows
from argo_core.errors import DataError
from argo_core.measures.panel import Floats

MARKET = np.array([1.0, 1.0, -1.0, -1.0, -2.0, 3.0, 3.0])


def side(rows: Rows) -> float:
    """The side that would have earned something."""
    return float(np.sign(MARKET[rows].sum()))


def held(parameters: float, rows: Rows) -> Floats:
    return parameters * MARKET[rows]


def test_returns_are_stitched_from_what_was_never_learned_from() -> None:
    found = WalkForward(WalkForwardPlan(train=2, test=2)).run(7, side, held)
    assert [window.parameters for window in found.windows] == [1.0, -1.0, 1.0]
    assert found.rows.tolist() == [2, 3, 4, 5, 6]
    assert found.returns.tolist() == [-1.0, -1.0, 2.0, -3.0, 3.0]
    # Inside 1, 1 and 1/2 a row over windows of 2, 2 and 1 judged rows: 4.5; outside 0.
    assert found.efficiency == pytest.approx(0.0 / 4.5)
    assert [(window.inside, window.outside) for window in found.windows] == [(1.0, -1.0), (1.0, -0.5), (0.5, 3.0)]


def test_a_strategy_that_fits_noise_keeps_nothing_of_what_it_showed() -> None:
    table = Generator(PCG64(5)).standard_normal((1200, 50))
    walk = WalkForward(WalkForwardPlan(train=200, test=100))
    found = walk.run(1200, lambda rows: int(table[rows].mean(axis=0).argmax()), lambda best, rows: table[rows, best])
    assert found.efficiency is not None
    assert abs(found.efficiency) < 0.4


def test_nothing_earned_inside_has_no_efficiency() -> None:
    found = WalkForward(WalkForwardPlan(train=2, test=2)).run(7, lambda _: 0.0, held)
    assert found.efficiency is None


@pytest.mark.parametrize("returns", [np.zeros(3), np.array([0.0, np.nan])])
def test_returns_of_another_length_or_that_are_no_numbers_are_refused(returns: Floats) -> None:
    with pytest.raises(DataError, match="apply gave"):
        WalkForward(WalkForwardPlan(train=2, test=2)).run(7, side, lambda _side, _rows: returns)
