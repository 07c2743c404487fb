"""Bounds of figures: what a resample cannot say, and what it says without limit."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from numpy.random import PCG64, Generator

from argo_core.backtest.headline import headline
from argo_core.backtest.report.account_figures import trade_figures
from argo_core.backtest.report.text import said_interval
from argo_core.measures.block_bootstrap import bootstrap_indices
from argo_core.measures.bootstrap_interval import longest_block
from argo_core.measures.figure import Figure
from argo_core.measures.panel import Floats
from argo_core.measures.resampled_bounds import resampled_bounds
from tests.argo.backtest.report_runs import ran
from tests.argo.backtest.test_figures import trade


def rows_with(losses: int) -> Floats:
    """Forty trades that gain 1 to 4, but for so many that lose 2."""
    rows = 1.0 + np.arange(40.0) % 4
    rows[7 : 7 + 9 * losses : 9] = -2.0
    return rows[:, None]


def factor_of(losses: int) -> Figure:
    """The profit factor of as many trades as there are rows."""
    trades = tuple(
        msgspec.structs.replace(trade("BUY", 100.0, 100.0 + float(money), 1.0, 0.0), trade_id=str(number))
        for number, money in enumerate(rows_with(losses)[:, 0])
    )
    profit = msgspec.structs.replace(ran().found.profit, trades=trades)
    return next(each for each in trade_figures(profit, headline(profit), 3) if each.key == "profit_factor")


def test_where_resamples_lose_nothing_a_profit_factor_has_no_upper_bound() -> None:
    factor = factor_of(losses=2)
    assert factor.value == pytest.approx(23.5, abs=1.5)
    assert factor.high is None
    assert factor.low is not None
    assert 5.0 < factor.low < 20.0
    assert said_interval(factor) == f"{factor.low:.2f} or more"


def test_an_interval_without_a_lower_bound_is_said_so_too() -> None:
    assert said_interval(msgspec.structs.replace(factor_of(losses=2), low=None, high=3.0)) == "3.00 or less"


def test_bounds_of_numbers_are_numpys_percentiles() -> None:
    rows = rows_with(losses=4)
    bounds = resampled_bounds(rows, {"mean": lambda drawn: drawn[:, :, 0].mean(axis=1)}, 3, "trades")["mean"]
    drawn = rows[bootstrap_indices(40, 1_000, longest_block(rows), Generator(PCG64(3)))].mean(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    assert (bounds.low, bounds.high) == pytest.approx((low, high), rel=1e-12)


def test_a_figure_that_most_resamples_cannot_say_has_no_interval() -> None:
    endless = {"ratio": lambda drawn: drawn[:, :, 0].sum(axis=1) / 0.0}
    assert resampled_bounds(rows_with(losses=0), endless, 3, "trades") == {}
    assert resampled_bounds(rows_with(losses=2)[:19], endless, 3, "trades") == {}
