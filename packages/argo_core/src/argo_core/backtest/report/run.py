"""A backtest and its report in one call."""

from __future__ import annotations

from argo_core.backtest.backtest import Backtest
from argo_core.backtest.comparisons.random_entry import DRAWS, Chance
from argo_core.backtest.report.build import ReportTerms, build_report
from argo_core.backtest.report.contenders import run_contenders
from argo_core.backtest.report.document import Report
from argo_core.backtest.report.sensitivity import Tried
from argo_core.backtest.strategy import Progress, silent


def run_and_report(
    backtest: Backtest,
    terms: ReportTerms,
    chance: Chance,
    draws: int = DRAWS,
    progress: Progress = silent,
    tried: Tried | None = None,
) -> Report:
    """Runs it, and what it is held against. `progress` hears of the account's moments, then of the other runs.

    Raises what sources raise, and as `build_report`.
    """
    found = backtest.run(progress)
    contenders = run_contenders(backtest, found, chance, draws, progress)
    return build_report(backtest, found.strategy, found.profit, contenders, terms, tried)
