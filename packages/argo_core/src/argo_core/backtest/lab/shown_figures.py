"""The report's figures as the lab keeps them: one definition of each, with its interval, under the lab's own codes."""

from __future__ import annotations

import math
from collections.abc import Iterable

from argo_core.backtest.figures.hit_rate import HitRate
from argo_core.backtest.lab.result import Figure, Unit
from argo_core.backtest.report.account_figures import hit_figure
from argo_core.measures import figure as reported

CODES = {
    "trade_hit_rate_pct": "hit_rate_pct",
    "mean_signal_pct": "mean_gross_pct",
    "mean_net_signal_pct": "mean_net_pct",
}
"""Where lists, comparisons and clients know a figure by another name than the report."""
UNITS: dict[str, tuple[Unit, str]] = {
    "%": ("percent", ""),
    "% a year": ("percent", ", a year"),
    "money": ("money", ""),
    "times a year": ("ratio", ", times a year"),
    "": ("ratio", ""),
}


def figure(code: str, name: str, unit: Unit, value: float, n: int | None = None) -> Figure:
    """Without an interval; what is no number cannot be said."""
    return Figure(code=code, name=name, unit=unit, value=said(value), n=n)


def said(value: float) -> float | None:
    """None for what is no number."""
    return float(value) if math.isfinite(value) else None


def shown(figures: Iterable[reported.Figure]) -> tuple[Figure, ...]:
    """Figures of a report with all that they say."""
    return tuple(map(_shown, figures))


def shown_hits(hits: HitRate) -> Figure:
    """A group's rate with Wilson's interval; no cases say nothing."""
    return _shown(hit_figure("hit_rate_pct", "Hit rate", hits, "signals"))


def _shown(told: reported.Figure) -> Figure:
    unit, ending = UNITS[told.unit]
    return Figure(
        code=CODES.get(told.key, told.key),
        name=told.title + ending,
        unit=unit,
        value=told.value,
        low=told.low,
        high=told.high,
        n=told.count,
        how=told.interval or "",
    )
