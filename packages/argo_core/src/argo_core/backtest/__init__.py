"""Floor 5: recorded history fed to the same pipeline that runs live, and plain rules at full speed."""

from argo_core.backtest.account import Account
from argo_core.backtest.backtest import Backtest, BacktestResult
from argo_core.backtest.optimize import optimize as optimize
from argo_core.backtest.plain_account import Fill, PlainAccount, crossings_on_paper, walk
from argo_core.backtest.plain_backtest import PlainPace, cross_runs, signal_runs
from argo_core.backtest.plain_sparse import equity_curve
from argo_core.backtest.plain_tally import Headline, PlainRuns
from argo_core.backtest.plain_terms import PlainTerms
from argo_core.backtest.profit_result import ProfitResult
from argo_core.backtest.strategy_result import StrategyResult
from argo_core.backtest.walk_forward import WalkForward
from argo_core.backtest.walk_forward_splits import WalkForwardPlan

__all__ = [
    "Account",
    "Backtest",
    "BacktestResult",
    "Fill",
    "Headline",
    "PlainAccount",
    "PlainPace",
    "PlainRuns",
    "PlainTerms",
    "ProfitResult",
    "StrategyResult",
    "WalkForward",
    "WalkForwardPlan",
    "cross_runs",
    "crossings_on_paper",
    "equity_curve",
    "optimize",
    "signal_runs",
    "walk",
]
