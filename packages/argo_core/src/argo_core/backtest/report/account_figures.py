"""What the account's trades and dealings say, with intervals from resampled trades and days."""

from __future__ import annotations

from functools import partial

import numpy as np

from argo_core.backtest.figures.hit_rate import HitRate
from argo_core.backtest.figures.trade_results import trade_results
from argo_core.backtest.figures.years import years_between
from argo_core.backtest.headline import Headline
from argo_core.backtest.profit_result import ProfitResult
from argo_core.backtest.report.days import Days
from argo_core.measures.bootstrap_interval import Statistic
from argo_core.measures.figure import Figure, figure_of
from argo_core.measures.panel import Floats
from argo_core.measures.resampled_bounds import Bounds, resampled_bounds

MONEY, NET = range(2)
HELD, MOMENTS, TRADED, EQUITY, FEES, SLIPPED = range(6)


def trade_figures(found: ProfitResult, head: Headline, seed: int) -> tuple[Figure, ...]:
    """Of the finished trades: hit rate, profit factor, mean result. Resampled in the order in which they closed."""
    ordered = sorted(found.trades, key=lambda trade: trade.closed_at)
    money, net = trade_results(ordered), np.array([trade.net_pct for trade in ordered], dtype=np.float64)
    rows = np.column_stack([money, net]) if len(money) else np.zeros((0, 2))
    bounds = resampled_bounds(rows, {"profit_factor": _profit_factor, "mean_trade_pct": _mean_net}, seed, "trades")
    count, mean = len(money), float(net.mean()) if len(net) else float("nan")
    return (
        hit_figure("trade_hit_rate_pct", "Trades that gained", head.trades, "trades"),
        figure_of(
            "profit_factor", "Profit factor", "", head.profit_factor, bounds.get("profit_factor"), count, "trades"
        ),
        figure_of("mean_trade_pct", "Mean trade", "%", mean, bounds.get("mean_trade_pct"), count, "trades"),
    )


def dealing_figures(found: ProfitResult, head: Headline, days: Days, seed: int) -> tuple[Figure, ...]:
    """Exposure, turnover and costs, of the account as a whole."""
    years = years_between(found.instants)
    statistics: dict[str, Statistic] = {
        "exposure_pct": _exposure,
        "turnover": partial(_turnover, years),
        "fees": partial(_total, FEES),
        "slippage": partial(_total, SLIPPED),
    }
    bounds = resampled_bounds(_dealings(found, days), statistics, seed, "days")
    said = (
        ("exposure_pct", "In the market", "%", head.exposure_pct),
        ("turnover", "Turnover", "times a year", head.turnover),
        ("fees", "Fees paid", "money", head.costs.fees),
        ("slippage", "Slippage and spread paid", "money", head.costs.slippage),
    )
    return tuple(
        figure_of(key, title, unit, value, bounds.get(key), len(days), "days") for key, title, unit, value in said
    )


def hit_figure(key: str, title: str, hits: HitRate, cases: str) -> Figure:
    """A hit rate with Wilson's interval."""
    bounds = Bounds(hits.low_pct, hits.high_pct, f"Wilson, {cases} taken for independent")
    return figure_of(key, title, "%", hits.rate_pct, bounds, hits.count, cases)


def _dealings(found: ProfitResult, days: Days) -> Floats:
    """(D, 6): share held and moments, worth traded and equity, fees, slippage; sums over each day."""
    positive = found.equity > 0
    held = np.divide(found.exposure, found.equity, out=np.zeros_like(found.exposure), where=positive)
    at = [fill.at for fill in found.fills]
    return np.column_stack(
        [
            days.sums(held),
            days.sums(np.ones_like(found.equity)),
            days.sums_at(at, (abs(fill.quantity) * fill.price for fill in found.fills)),
            days.sums(found.equity),
            days.sums_at(at, (fill.fee for fill in found.fills)),
            days.sums_at(at, (fill.slipped for fill in found.fills)),
        ]
    )


def _profit_factor(resamples: Floats) -> Floats:
    money = resamples[:, :, MONEY]
    # abs, not minus: what divides by -0.0 is infinite on the wrong side.
    found: Floats = np.maximum(money, 0.0).sum(axis=1) / np.abs(np.minimum(money, 0.0).sum(axis=1))
    return found


def _mean_net(resamples: Floats) -> Floats:
    found: Floats = resamples[:, :, NET].mean(axis=1)
    return found


def _exposure(resamples: Floats) -> Floats:
    found: Floats = 100.0 * resamples[:, :, HELD].sum(axis=1) / resamples[:, :, MOMENTS].sum(axis=1)
    return found


def _turnover(years: float, resamples: Floats) -> Floats:
    equity = resamples[:, :, EQUITY].sum(axis=1) / resamples[:, :, MOMENTS].sum(axis=1)
    found: Floats = resamples[:, :, TRADED].sum(axis=1) / 2.0 / equity / (years if years > 0 else np.nan)
    return found


def _total(column: int, resamples: Floats) -> Floats:
    found: Floats = resamples[:, :, column].sum(axis=1)
    return found
