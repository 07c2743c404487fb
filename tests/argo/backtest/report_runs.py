"""One small backtest with its report, made once: a market of two symbols that trends, jumps and falls."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from argo_core.backtest import Account, Backtest, BacktestResult
from argo_core.backtest.report import Contenders, Report, ReportTerms, build_report, run_contenders
from argo_core.execution.costs import CostPolicy
from argo_core.risk import RegularLimits
from tests.argo.backtest.markets import every_day, walk

TERMS = ReportTerms(title="A walk", engine="argo-core test", origin="drawn from a seed", seed=11, trials=3)
DAYS, CASH = 300, 50_000.0


@dataclass(frozen=True)
class Ran:
    """A backtest, what it found, what it is held against, and the document."""

    backtest: Backtest
    found: BacktestResult
    contenders: Contenders
    report: Report


@functools.cache
def ran() -> Ran:
    """The account takes every signal from 60 % on, so that there are trades enough."""
    rng = np.random.default_rng(20)
    bars = [walk("AAPL", DAYS, rng), walk("AMD", DAYS, rng, late=30)]
    account = Account.regular(CASH, RegularLimits(min_confidence=60.0), costs=CostPolicy(spread_pct=0.02))
    backtest = Backtest.of(bars, account=account, sessions=every_day(DAYS + 30))
    found = backtest.run()
    contenders = run_contenders(backtest, found, np.random.default_rng(5), 200)
    return Ran(backtest, found, contenders, build_report(backtest, found.strategy, found.profit, contenders, TERMS))
