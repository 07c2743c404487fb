"""The figures that stand at the head of a profit backtest, each by the function of its name."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from argo_core.backtest.figures.annual_growth import annual_growth_pct
from argo_core.backtest.figures.calmar import calmar_ratio
from argo_core.backtest.figures.costs_paid import CostsPaid, costs_paid
from argo_core.backtest.figures.daily_returns import daily_returns, days_per_year
from argo_core.backtest.figures.drawdown import max_drawdown_pct
from argo_core.backtest.figures.exposure import exposure_pct
from argo_core.backtest.figures.hit_rate import HitRate, hit_rate
from argo_core.backtest.figures.profit_factor import profit_factor
from argo_core.backtest.figures.sharpe import sharpe_ratio
from argo_core.backtest.figures.sortino import sortino_ratio
from argo_core.backtest.figures.total_return import total_return_pct
from argo_core.backtest.figures.trade_results import trade_results
from argo_core.backtest.figures.turnover import turnover_per_year
from argo_core.backtest.figures.volatility import volatility_pct
from argo_core.backtest.profit_result import ProfitResult
from argo_core.model.instant import InstantArray


class CurveFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What an equity curve alone says. Percentages, ratios annualised; NaN where a figure cannot be said."""

    final_equity: float
    return_pct: float
    annual_growth_pct: float
    volatility_pct: float
    sharpe: float
    sortino: float
    max_drawdown_pct: float
    calmar: float


class Headline(msgspec.Struct, frozen=True, kw_only=True):
    """`curve` of the account; `trades` those that are finished; `exposure_pct` mean share of equity in the market,
    `turnover` times a year."""

    curve: CurveFigures
    trades: HitRate
    profit_factor: float
    exposure_pct: float
    turnover: float
    costs: CostsPaid


def curve_figures(instants: InstantArray, equity: NDArray[np.float64], start_cash: float) -> CurveFigures:
    """The figures of equity (T,) at these moments (T,), from `start_cash` on."""
    returns, per_year = daily_returns(instants, equity, start_cash), days_per_year(instants)
    growth, fall = annual_growth_pct(instants, equity, start_cash), max_drawdown_pct(equity, start_cash)
    return CurveFigures(
        final_equity=float(equity[-1]),
        return_pct=total_return_pct(equity, start_cash),
        annual_growth_pct=growth,
        volatility_pct=volatility_pct(returns, per_year),
        sharpe=sharpe_ratio(returns, per_year),
        sortino=sortino_ratio(returns, per_year),
        max_drawdown_pct=fall,
        calmar=calmar_ratio(growth, fall),
    )


def headline(found: ProfitResult) -> Headline:
    """The figures of a profit backtest."""
    results = trade_results(found.trades)
    return Headline(
        curve=curve_figures(found.instants, found.equity, found.start_cash),
        trades=hit_rate(results),
        profit_factor=profit_factor(results),
        exposure_pct=exposure_pct(found.exposure, found.equity),
        turnover=turnover_per_year(found.fills, found.instants, found.equity),
        costs=costs_paid(found.fills),
    )
