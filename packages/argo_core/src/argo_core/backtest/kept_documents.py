"""The documents that are made of a backtest, as they are kept."""

from __future__ import annotations

from argo_core.backtest.backtest import Backtest
from argo_core.backtest.comparisons.random_entry import Chance
from argo_core.backtest.kept_runs import Told
from argo_core.backtest.report import ReportTerms, encode_report, run_and_report
from argo_core.backtest.strategy import Progress
from argo_core.backtest.summary import encode_summary, run_and_compare, strategy_summary


def kept_signals(test: Backtest, seed: int, progress: Progress) -> Told:
    """A `StrategySummary` with intervals by `seed`, to be read by `decode_summary`."""
    found = strategy_summary(test.signals(progress), seed)
    return Told(encode_summary(found), {"signals": float(found.quality.signals)})


def kept_summary(test: Backtest, chance: Chance, draws: int, seed: int, progress: Progress) -> Told:
    """A `BacktestSummary` with intervals by `seed`, to be read by `decode_summary`."""
    _, found = run_and_compare(test, chance, draws, progress, seed)
    curve = found.headline.curve
    return Told(encode_summary(found), {"return_pct": curve.return_pct, "sharpe": curve.sharpe})


def kept_report(test: Backtest, terms: ReportTerms, chance: Chance, draws: int, progress: Progress) -> Told:
    """A `Report`, to be read by `decode_report`."""
    found = run_and_report(test, terms, chance, draws, progress)
    return Told(encode_report(found), {each.key: each.value for each in found.figures if each.value is not None})
