"""The eight figures that an equity curve alone says, with intervals from the same resampled days."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import msgspec
import numpy as np

from argo_core.backtest.headline import CurveFigures
from argo_core.measures.bootstrap_interval import Statistic
from argo_core.measures.figure import Figure, figure_of
from argo_core.measures.panel import Floats
from argo_core.measures.resampled_bounds import Bounds

Said = tuple[str, str, str]
TITLES: tuple[Said, ...] = (
    ("final_equity", "Final equity", "money"),
    ("return_pct", "Return", "%"),
    ("annual_growth_pct", "Annual growth", "% a year"),
    ("volatility_pct", "Volatility", "% a year"),
    ("sharpe", "Sharpe ratio", ""),
    ("sortino", "Sortino ratio", ""),
    ("max_drawdown_pct", "Deepest fall", "%"),
    ("calmar", "Calmar ratio", ""),
)


@dataclass(frozen=True, slots=True)
class Scale:
    """What turns days into years and returns into money: `start_cash`, trading days `per_year`, `years` in all."""

    start_cash: float
    per_year: float
    years: float


def curve_statistics(scale: Scale, column: int) -> dict[str, Statistic]:
    """Each figure of `curve_figures` as a function of resampled daily returns (B, D, K) → (B,), for one column."""
    by_name: dict[str, Callable[[Floats, Scale], Floats]] = {
        "final_equity": lambda returns, scale: scale.start_cash * np.prod(1.0 + returns, axis=1),
        "return_pct": lambda returns, _: 100.0 * (np.prod(1.0 + returns, axis=1) - 1.0),
        "annual_growth_pct": growth,
        "volatility_pct": lambda returns, scale: 100.0 * returns.std(axis=1, ddof=1) * math.sqrt(scale.per_year),
        "sharpe": lambda returns, scale: returns.mean(axis=1) / returns.std(axis=1, ddof=1) * math.sqrt(scale.per_year),
        "sortino": _sortino,
        "max_drawdown_pct": lambda returns, _: _falls(returns),
        "calmar": lambda returns, scale: growth(returns, scale) / _falls(returns),
    }
    return {f"{column}:{key}": partial(_of_column, figure, scale, column) for key, figure in by_name.items()}


def reported(found: CurveFigures, bounds: dict[str, Bounds], column: int, days: int) -> tuple[Figure, ...]:
    """The figures with their intervals, in the order of `TITLES`."""
    values = msgspec.structs.asdict(found)
    return tuple(
        figure_of(key, title, unit, values[key], bounds.get(f"{column}:{key}"), days, "days")
        for key, title, unit in TITLES
    )


def growth(returns: Floats, scale: Scale) -> Floats:
    """Percent a year of returns (B, D) → (B,)."""
    ratio = np.maximum(np.prod(1.0 + returns, axis=1), 0.0)
    found: Floats = 100.0 * (ratio ** (1.0 / scale.years if scale.years > 0 else np.nan) - 1.0)
    return found


def _of_column(figure: Callable[[Floats, Scale], Floats], scale: Scale, column: int, resamples: Floats) -> Floats:
    return figure(resamples[:, :, column], scale)


def _sortino(returns: Floats, scale: Scale) -> Floats:
    below = np.minimum(returns, 0.0)
    found: Floats = returns.mean(axis=1) / np.sqrt((below * below).mean(axis=1)) * math.sqrt(scale.per_year)
    return found


def _falls(returns: Floats) -> Floats:
    worth = np.cumprod(1.0 + returns, axis=1)
    peak = np.maximum(np.maximum.accumulate(worth, axis=1), 1.0)
    found: Floats = 100.0 * (1.0 - worth / peak).max(axis=1)
    return found
