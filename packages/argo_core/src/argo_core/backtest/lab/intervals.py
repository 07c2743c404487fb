"""Intervals of headline figures: the days, or the trades, drawn again in blocks."""

from __future__ import annotations

import math

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from argo_core.errors import DataError
from argo_core.measures.bootstrap_interval import BootstrapPlan, Statistic, bootstrap_interval

Floats = NDArray[np.float64]
DAYS_AGAIN = "days drawn again in blocks, {samples} times"
TRADES_AGAIN = "trades drawn again in blocks, {samples} times"


def interval_of(
    values: Floats, statistic: Statistic, chance: Generator, plan: BootstrapPlan
) -> tuple[float, float] | None:
    """Low and high at the plan's confidence; None where nothing can be said: fewer than 20 values, or no figure."""
    try:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            found = bootstrap_interval(values, statistic, chance, plan)
    except DataError:
        return None
    return (found.low, found.high) if math.isfinite(found.low) and math.isfinite(found.high) else None


def total_return(returns: Floats) -> Floats:
    """Percent, of daily returns (B, D)."""
    grown: Floats = 100.0 * (np.prod(1.0 + returns, axis=1) - 1.0)
    return grown


def annual_growth(days_per_year: float) -> Statistic:
    """Percent a year."""

    def growth(returns: Floats) -> Floats:
        ratio = np.prod(1.0 + returns, axis=1)
        grown: Floats = 100.0 * (np.maximum(ratio, 0.0) ** (days_per_year / returns.shape[1]) - 1.0)
        return grown

    return growth


def volatility(days_per_year: float) -> Statistic:
    """Percent a year."""
    return lambda returns: 100.0 * returns.std(axis=1, ddof=1) * math.sqrt(days_per_year)


def sharpe(days_per_year: float) -> Statistic:
    """Annualised, above a rate of zero."""
    return lambda returns: returns.mean(axis=1) / returns.std(axis=1, ddof=1) * math.sqrt(days_per_year)


def sortino(days_per_year: float) -> Statistic:
    """Annualised, target zero."""

    def ratio(returns: Floats) -> Floats:
        below = np.minimum(returns, 0.0)
        found: Floats = returns.mean(axis=1) / np.sqrt((below * below).mean(axis=1)) * math.sqrt(days_per_year)
        return found

    return ratio


def max_drawdown(returns: Floats) -> Floats:
    """Percent, from day's end to day's end, the start included."""
    worth = np.cumprod(1.0 + returns, axis=1)
    peak = np.maximum(np.maximum.accumulate(worth, axis=1), 1.0)
    deepest: Floats = 100.0 * (1.0 - worth / peak).max(axis=1)
    return deepest


def calmar(days_per_year: float) -> Statistic:
    """Growth for each unit of the deepest fall."""
    grown = annual_growth(days_per_year)
    return lambda returns: grown(returns) / max_drawdown(returns)


def profit_factor(results: Floats) -> Floats:
    """Gains over losses, of results (B, N)."""
    lost = -np.minimum(results, 0.0).sum(axis=1)
    factor: Floats = np.maximum(results, 0.0).sum(axis=1) / lost
    return factor


def mean(values: Floats) -> Floats:
    """Of (B, N)."""
    found: Floats = values.mean(axis=1)
    return found
