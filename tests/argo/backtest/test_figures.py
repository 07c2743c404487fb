"""Each headline figure by hand, and again when one trade is taken out."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from argo_core.backtest.figures.annual_growth import annual_growth_pct
from argo_core.backtest.figures.calmar import calmar_ratio
from argo_core.backtest.figures.costs_paid import costs_paid
from argo_core.backtest.figures.daily_returns import daily_returns, days_per_year
from argo_core.backtest.figures.drawdown import max_drawdown_pct
from argo_core.backtest.figures.exposure import exposure_pct
from argo_core.backtest.figures.hit_rate import hit_rate
from argo_core.backtest.figures.profit_factor import profit_factor
from argo_core.backtest.figures.sharpe import sharpe_ratio
from argo_core.backtest.figures.sortino import sortino_ratio
from argo_core.backtest.figures.total_return import total_return_pct
from argo_core.backtest.figures.trade_results import trade_results
from argo_core.backtest.figures.turnover import turnover_per_year
from argo_core.backtest.figures.volatility import volatility_pct
from argo_core.backtest.profit_result import FillRecord
from argo_core.model.trade import Trade

DAY = datetime(2024, 1, 1, 21, tzinfo=UTC)
HOURS = np.array(["2024-01-01T12", "2024-01-01T21", "2024-01-02T21", "2024-01-03T21"], dtype="datetime64[us]")
EQUITY = np.array([101.0, 102.0, 96.9, 102.714])


def trade(action: str, entry: float, exit_price: float, quantity: float = 10.0, fees: float = 1.0) -> Trade:
    """A finished one."""
    return Trade(
        trade_id="t", signal_id="s", executor_id="e", mode="simulated", symbol="AAPL", action=action,
        quantity=quantity, entry_price=entry, exit_price=exit_price, fees=fees, gross_pct=0.0, net_pct=0.0,
        exit="target", opened_at=DAY, closed_at=DAY + timedelta(days=1),
    )  # fmt: skip


TRADES = (trade("BUY", 100.0, 105.0), trade("SELL", 50.0, 53.0), trade("BUY", 20.0, 20.05), trade("SELL", 80.0, 70.0))


def test_a_day_counts_once_by_its_last_equity() -> None:
    assert daily_returns(HOURS, EQUITY, 100.0).tolist() == pytest.approx([0.02, -0.05, 0.06])


def test_a_ruined_account_stays_ruined_whatever_becomes_of_its_debt() -> None:
    debts = np.array([50.0, -10.0, -20.0, -5.0])
    assert daily_returns(HOURS[0] + np.arange(4) * np.timedelta64(1, "D"), debts, 100.0).tolist() == [-0.5, -1.0, 0, 0]


def test_days_a_year_are_the_steps_between_days_not_the_days() -> None:
    assert days_per_year(HOURS) == pytest.approx(365.25)
    weeks = np.datetime64("2024-01-01T21", "us") + np.arange(53) * np.timedelta64(7, "D")
    assert days_per_year(weeks) == pytest.approx(365.25 / 7)
    assert math.isnan(days_per_year(HOURS[:2]))


def test_figures_of_the_curve() -> None:
    returns = np.array([0.02, -0.05, 0.06])
    assert total_return_pct(EQUITY, 100.0) == pytest.approx(2.714)
    assert max_drawdown_pct(EQUITY, 100.0) == pytest.approx(5.0)
    assert volatility_pct(returns, 252.0) == pytest.approx(100 * 0.0556776436 * math.sqrt(252))
    assert sharpe_ratio(returns, 252.0) == pytest.approx(0.01 / 0.0556776436 * math.sqrt(252))
    assert sortino_ratio(returns, 252.0) == pytest.approx(0.01 / math.sqrt(0.0025 / 3) * math.sqrt(252))


def test_growth_is_that_of_a_year() -> None:
    moments = np.array(["2020-01-01T00", "2024-01-01T00"], dtype="datetime64[us]")
    assert annual_growth_pct(moments, np.array([100.0, 146.41]), 100.0) == pytest.approx(10.0, abs=0.01)
    assert annual_growth_pct(moments, np.array([100.0, -1.0]), 100.0) == -100.0
    assert math.isnan(annual_growth_pct(moments[:1], np.array([100.0]), 100.0))


def test_a_fall_below_the_start_counts_before_any_peak() -> None:
    assert max_drawdown_pct(np.array([90.0, 95.0]), 100.0) == pytest.approx(10.0)


def test_results_of_both_sides_are_after_fees() -> None:
    assert trade_results(TRADES).tolist() == pytest.approx([49.0, -31.0, -0.5, 99.0])


def test_taking_a_trade_out_changes_what_hand_written_arithmetic_says() -> None:
    every, less = trade_results(TRADES), trade_results(TRADES[:-1])
    assert (hit_rate(every).hits, hit_rate(less).hits) == (2, 1)
    assert (hit_rate(every).rate_pct, hit_rate(less).rate_pct) == pytest.approx((50.0, 100 / 3))
    assert profit_factor(every) == pytest.approx(148.0 / 31.5)
    assert profit_factor(less) == pytest.approx(49.0 / 31.5)


def test_a_rate_stands_with_its_wilson_interval() -> None:
    rate = hit_rate(np.array([1.0, -1.0, 2.0, 3.0]))
    assert (rate.low_pct, rate.high_pct) == pytest.approx((30.0642, 95.4413), abs=1e-3)


def test_costs_turnover_and_exposure() -> None:
    fills = [
        FillRecord(symbol="A", signal_id="s", at=DAY, quantity=10.0, price=100.0, fee=1.0, slipped=0.5),
        FillRecord(symbol="A", signal_id="s", at=DAY, quantity=-10.0, price=110.0, fee=1.1, slipped=0.25),
    ]
    year = np.array(["2023-01-01T00", "2024-01-01T06"], dtype="datetime64[us]")
    assert costs_paid(fills).total == pytest.approx(2.85)
    assert turnover_per_year(fills, year, np.array([1000.0, 1100.0])) == pytest.approx(1.0)
    assert exposure_pct(np.array([500.0, 0.0, 1.0]), np.array([1000.0, 1000.0, 0.0])) == pytest.approx(50 / 3)


@pytest.mark.parametrize(
    "figure",
    [
        sharpe_ratio(np.array([0.01]), 252.0),
        sharpe_ratio(np.array([0.01, 0.01]), 252.0),
        sortino_ratio(np.array([0.01, 0.02]), 252.0),
        volatility_pct(np.array([0.01]), 252.0),
        profit_factor(np.array([1.0])),
        calmar_ratio(5.0, 0.0),
        hit_rate(np.array([])).rate_pct,
    ],
)
def test_what_cannot_be_said_is_nan(figure: float) -> None:
    assert math.isnan(figure)
