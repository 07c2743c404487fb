"""The figures at the head of a run, each with its interval and the number of cases where it has them."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from argo_core.backtest.figures.daily_returns import daily_returns, days_per_year
from argo_core.backtest.figures.hit_rate import HitRate
from argo_core.backtest.figures.trade_results import trade_results
from argo_core.backtest.headline import CurveFigures, Headline
from argo_core.backtest.lab import intervals
from argo_core.backtest.lab.result import Figure, Unit
from argo_core.backtest.profit_result import ProfitResult
from argo_core.backtest.signal_quality import SignalQuality
from argo_core.measures.bootstrap_interval import BootstrapPlan, Statistic

Floats = NDArray[np.float64]
WILSON = "Wilson's interval of a rate"


def figure(code: str, name: str, unit: Unit, value: float, n: int | None = None) -> Figure:
    """Without an interval; what is no number cannot be said."""
    return Figure(code=code, name=name, unit=unit, value=said(value), n=n)


def said(value: float) -> float | None:
    """None for what is no number."""
    return float(value) if math.isfinite(value) else None


def hit_figure(code: str, name: str, hits: HitRate) -> Figure:
    """A rate with Wilson's interval; no cases say nothing."""
    return Figure(
        code=code,
        name=name,
        unit="percent",
        value=said(hits.rate_pct),
        low=hits.low_pct if hits.count else None,
        high=hits.high_pct if hits.count else None,
        n=hits.count,
        how=WILSON if hits.count else "",
    )


def profit_figures(found: ProfitResult, head: Headline, chance: Generator, plan: BootstrapPlan) -> tuple[Figure, ...]:
    """The account's. `chance` draws the intervals."""
    days = daily_returns(found.instants, found.equity, found.start_cash)
    per_year = days_per_year(found.instants)
    return (
        *_of_days(head.curve, days, per_year, chance, plan),
        *_of_trades(found, head, chance, plan),
        figure("exposure_pct", "Mean exposure", "percent", head.exposure_pct),
        figure("turnover", "Turnover, times a year", "ratio", head.turnover),
        figure("fees", "Fees", "money", head.costs.fees, len(found.fills)),
        figure("slippage", "Slippage and spread", "money", head.costs.slippage, len(found.fills)),
    )


def _of_days(
    curve: CurveFigures, days: Floats, per_year: float, chance: Generator, plan: BootstrapPlan
) -> Iterator[Figure]:
    rows: tuple[tuple[str, str, Unit, float, Statistic], ...] = (
        ("return_pct", "Return", "percent", curve.return_pct, intervals.total_return),
        ("annual_growth_pct", "Growth a year", "percent", curve.annual_growth_pct, intervals.annual_growth(per_year)),
        ("volatility_pct", "Volatility a year", "percent", curve.volatility_pct, intervals.volatility(per_year)),
        ("sharpe", "Sharpe ratio", "ratio", curve.sharpe, intervals.sharpe(per_year)),
        ("sortino", "Sortino ratio", "ratio", curve.sortino, intervals.sortino(per_year)),
        ("max_drawdown_pct", "Deepest fall", "percent", curve.max_drawdown_pct, intervals.max_drawdown),
        ("calmar", "Calmar ratio", "ratio", curve.calmar, intervals.calmar(per_year)),
    )
    yield figure("final_equity", "Final equity", "money", curve.final_equity, len(days))
    for code, name, unit, value, statistic in rows:
        yield _drawn(figure(code, name, unit, value, len(days)), days, statistic, chance, plan, intervals.DAYS_AGAIN)


def _of_trades(found: ProfitResult, head: Headline, chance: Generator, plan: BootstrapPlan) -> Iterator[Figure]:
    results, count = trade_results(found.trades), len(found.trades)
    net = np.array([trade.net_pct for trade in found.trades], dtype=np.float64)
    mean_net = float(net.mean()) if count else math.nan
    yield figure("trades", "Finished trades", "count", float(count))
    yield hit_figure("hit_rate_pct", "Trades that gained", head.trades)
    yield _drawn(
        figure("mean_trade_pct", "Mean trade, net", "percent", mean_net, count),
        net,
        intervals.mean,
        chance,
        plan,
        intervals.TRADES_AGAIN,
    )
    yield _drawn(
        figure("profit_factor", "Profit factor", "ratio", head.profit_factor, count),
        results,
        intervals.profit_factor,
        chance,
        plan,
        intervals.TRADES_AGAIN,
    )


def quality_figures(quality: SignalQuality, net: Floats, chance: Generator, plan: BootstrapPlan) -> tuple[Figure, ...]:
    """Those of signals. `net` (N,) are their net results in percent."""
    resolved = quality.signals - quality.open
    return (
        figure("signals", "Signals", "count", float(quality.signals)),
        hit_figure("signal_hit_rate_pct", "Signals that gained", quality.hits),
        figure("mean_gross_pct", "Mean signal, gross", "percent", quality.mean_gross_pct, resolved),
        _drawn(
            figure("mean_net_pct", "Mean signal, net", "percent", quality.mean_net_pct, resolved),
            net,
            intervals.mean,
            chance,
            plan,
            intervals.TRADES_AGAIN,
        ),
        figure("brier", "Brier score of the confidence", "ratio", quality.brier, resolved),
    )


def _drawn(
    plain: Figure, values: Floats, statistic: Statistic, chance: Generator, plan: BootstrapPlan, how: str
) -> Figure:
    found = None if plain.value is None else intervals.interval_of(values, statistic, chance, plan)
    if found is None:
        return plain
    return Figure(
        code=plain.code,
        name=plain.name,
        unit=plain.unit,
        value=plain.value,
        low=found[0],
        high=found[1],
        n=plain.n,
        how=how.format(samples=plan.samples),
    )
