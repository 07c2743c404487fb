"""What a journal comes to: win rate, return, Sharpe, Sortino, deepest fall, profit factor and expectancy."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from argo_core.measures.bootstrap_interval import Statistic
from argo_core.measures.figure import Figure, figure_of
from argo_core.measures.intervals import wilson
from argo_core.measures.panel import Floats
from argo_core.measures.resampled_bounds import resampled_bounds

DAYS_A_YEAR = 365
"""Every calendar day counts, since coins trade on all of them: a ratio a year is the daily one times its root."""
MONEY, PERCENT = range(2)
Said = tuple[str, str, str]
BY_TRADE: tuple[Said, ...] = (
    ("profit_factor", "Profit factor", ""),
    ("expectancy", "Expectancy a trade", "money"),
    ("expectancy_pct", "Expectancy a trade, of its entry", "%"),
    ("net_profit", "Net profit", "money"),
)
BY_DAY: tuple[Said, ...] = (
    ("total_return_pct", "Total return", "%"),
    ("sharpe", "Sharpe ratio", ""),
    ("sortino", "Sortino ratio", ""),
    ("max_drawdown_pct", "Deepest fall", "%"),
)


def journal_figures(results: Sequence[tuple[float, float]], equity: Sequence[float], seed: int) -> tuple[Figure, ...]:
    """`results`: net money and net percent of each trade, in order; `equity`: the capital, then each day's end.

    Intervals at 95 %: Wilson's for the win rate, resampled trades and days for the others, none below 20 of them. The
    figures of days are None once the equity is not above 0. Ratios are of daily returns, without a riskless rate.
    """
    rows = np.array(results, dtype=np.float64).reshape(-1, 2)
    worth = np.array(equity, dtype=np.float64)
    returns = worth[1:] / worth[:-1] - 1.0 if (worth > 0).all() else np.full(len(worth) - 1, np.nan)
    days = returns[:, None]
    return (
        _win_rate(rows),
        *_figures(BY_TRADE, _TRADE_STATISTICS, rows, "trades", seed),
        *_figures(BY_DAY, _DAY_STATISTICS, days, "days", seed),
    )


def _win_rate(rows: Floats) -> Figure:
    wins, count = int((rows[:, MONEY] > 0).sum()), len(rows)
    low, high = wilson(wins, count)
    return Figure(
        key="win_rate_pct",
        title="Win rate",
        unit="%",
        value=100.0 * wins / count if count else None,
        low=100.0 * low,
        high=100.0 * high,
        interval="Wilson, trades taken for independent",
        count=count,
        cases="trades",
    )


def _figures(
    said: Sequence[Said], statistics: dict[str, Statistic], rows: Floats, cases: str, seed: int
) -> tuple[Figure, ...]:
    usable = len(rows) > 0 and bool(np.isfinite(rows).all())
    bounds = resampled_bounds(rows, statistics, seed, cases) if usable else {}
    with np.errstate(divide="ignore", invalid="ignore"):
        values = {key: float(each(rows[None])[0]) if usable else math.nan for key, each in statistics.items()}
    return tuple(figure_of(*each, values[each[0]], bounds.get(each[0]), len(rows), cases) for each in said)


def _profit_factor(resamples: Floats) -> Floats:
    money = resamples[:, :, MONEY]
    # abs, not minus: what divides by -0.0 is infinite on the wrong side.
    found: Floats = np.maximum(money, 0.0).sum(axis=1) / np.abs(np.minimum(money, 0.0).sum(axis=1))
    return found


def _sharpe(days: Floats) -> Floats:
    returns = days[:, :, 0]
    deviation = returns.std(axis=1, ddof=1) if returns.shape[1] > 1 else np.full(len(returns), np.nan)
    found: Floats = returns.mean(axis=1) / deviation * math.sqrt(DAYS_A_YEAR)
    return found


def _sortino(days: Floats) -> Floats:
    returns = days[:, :, 0]
    below = np.minimum(returns, 0.0)
    found: Floats = returns.mean(axis=1) / np.sqrt((below * below).mean(axis=1)) * math.sqrt(DAYS_A_YEAR)
    return found


def _deepest_fall(days: Floats) -> Floats:
    worth = np.cumprod(1.0 + days[:, :, 0], axis=1)
    peak = np.maximum(np.maximum.accumulate(worth, axis=1), 1.0)
    found: Floats = 100.0 * (1.0 - worth / peak).max(axis=1)
    return found


_TRADE_STATISTICS: dict[str, Statistic] = {
    "profit_factor": _profit_factor,
    "expectancy": lambda rows: rows[:, :, MONEY].mean(axis=1),
    "expectancy_pct": lambda rows: rows[:, :, PERCENT].mean(axis=1),
    "net_profit": lambda rows: rows[:, :, MONEY].sum(axis=1),
}
_DAY_STATISTICS: dict[str, Statistic] = {
    "total_return_pct": lambda days: 100.0 * (np.prod(1.0 + days[:, :, 0], axis=1) - 1.0),
    "sharpe": _sharpe,
    "sortino": _sortino,
    "max_drawdown_pct": _deepest_fall,
}
