"""How good the signals were, whatever the account made of them, with intervals from resampled outcomes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from argo_core.backtest.report.account_figures import hit_figure
from argo_core.backtest.signal_quality import SignalQuality
from argo_core.backtest.strategy_result import StrategyResult
from argo_core.measures.bootstrap_interval import Statistic
from argo_core.measures.figure import Figure, figure_of
from argo_core.measures.panel import Floats
from argo_core.measures.resampled_bounds import resampled_bounds

GROSS, NET, MISSED = range(3)


def signal_figures(found: StrategyResult, quality: SignalQuality, seed: int) -> tuple[Figure, ...]:
    """Of the resolved signals, resampled in the order in which their outcomes came."""
    count = quality.hits.count
    statistics: dict[str, Statistic] = {
        "mean_signal_pct": _mean_of(GROSS),
        "mean_net_signal_pct": _mean_of(NET),
        "brier": _mean_of(MISSED),
    }
    bounds = resampled_bounds(_rows(found), statistics, seed, "signals")
    said = (
        ("mean_signal_pct", "Mean signal, gross", "%", quality.mean_gross_pct),
        ("mean_net_signal_pct", "Mean signal, net", "%", quality.mean_net_pct),
        ("brier", "Brier score of confidence", "", quality.brier),
    )
    return (
        hit_figure("signal_hit_rate_pct", "Signals that gained", quality.hits, "signals"),
        *(figure_of(key, title, unit, value, bounds.get(key), count, "signals") for key, title, unit, value in said),
    )


def _rows(found: StrategyResult) -> Floats:
    """(N, 3): gross and net result in percent, squared distance of confidence from what came; a net result that is not
    stated counts as 0 here, and its figure is none at all."""
    rows = [
        (
            ended.profit_loss_pct,
            0.0 if ended.net_pct is None else ended.net_pct,
            (signal.confidence / 100.0 - (ended.profit_loss_pct > 0)) ** 2,
        )
        for signal, ended in found.resolved()
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def _mean_of(column: int) -> Callable[[Floats], Floats]:
    def mean(resamples: Floats) -> Floats:
        found: Floats = resamples[:, :, column].mean(axis=1)
        return found

    return mean
