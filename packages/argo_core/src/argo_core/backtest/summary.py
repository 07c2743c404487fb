"""A backtest in figures, with what it is held against: what commands print and reports begin with."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.backtest.backtest import Backtest, BacktestResult
from argo_core.backtest.comparisons.buy_and_hold import buy_and_hold
from argo_core.backtest.comparisons.random_entry import DRAWS, Chance, RandomEntry, random_entry
from argo_core.backtest.comparisons.single_source import SourceAlone, sources_alone
from argo_core.backtest.denials import Denials
from argo_core.backtest.headline import CurveFigures, Headline, curve_figures
from argo_core.backtest.signal_quality import SignalQuality, signal_quality
from argo_core.backtest.strategy import Progress, silent
from argo_core.backtest.strategy_result import PUBLISHED, REPEAT, VETOED, StrategyResult


class DecisionCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Symbols at moments by what was decided about them."""

    skipped: int
    vetoed: int
    repeats: int
    published: int


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """On what terms the account traded: percentages of price or worth, `start_cash` in quote currency; `fills` says at
    which price market orders are filled."""

    account: str
    start_cash: float
    fee_pct: float
    slippage_pct: float
    spread_pct: float
    volume_pct: float | None
    fills: str


class StrategySummary(msgspec.Struct, frozen=True, kw_only=True):
    """The signals alone."""

    began_at: datetime
    ended_at: datetime
    symbols: tuple[str, ...]
    sources: tuple[str, ...]
    moments: int
    decisions: DecisionCounts
    quality: SignalQuality


class Comparisons(msgspec.Struct, frozen=True, kw_only=True):
    """Beside the result: holding everything, the same trades at other times, and each source alone, best first."""

    buy_and_hold: CurveFigures
    random_entry: RandomEntry
    sources_alone: tuple[SourceAlone, ...]


class BacktestSummary(msgspec.Struct, frozen=True, kw_only=True):
    """`open_positions` are marked at the last close, and are no trades. `halts` counts those that stopped trading, and
    `halted_at_end` names the one that still stands. `unplaced` orders were allowed and grew too old before they could
    be placed."""

    strategy: StrategySummary
    terms: Terms
    headline: Headline
    denials: Denials
    open_positions: int
    halts: int
    halted_at_end: str | None
    unplaced: int
    comparisons: Comparisons


def strategy_summary(found: StrategyResult) -> StrategySummary:
    """The figures of a strategy backtest."""
    decisions = found.decisions
    return StrategySummary(
        began_at=found.began_at,
        ended_at=found.ended_at,
        symbols=found.symbols,
        sources=found.sources,
        moments=len(found.instants),
        decisions=DecisionCounts(
            skipped=found.skipped,
            vetoed=decisions.count(VETOED),
            repeats=decisions.count(REPEAT),
            published=decisions.count(PUBLISHED),
        ),
        quality=signal_quality(found),
    )


def summarised(test: Backtest, found: BacktestResult, compared: Comparisons) -> BacktestSummary:
    """The figures of a backtest beside its comparisons."""
    profit = found.profit
    return BacktestSummary(
        strategy=strategy_summary(found.strategy),
        terms=_terms(test),
        headline=found.headline,
        denials=found.denials,
        open_positions=len(profit.positions),
        halts=profit.halts_called,
        halted_at_end=profit.halted_by,
        unplaced=len(profit.unplaced),
        comparisons=compared,
    )


def comparisons(test: Backtest, found: BacktestResult, chance: Chance, draws: int = DRAWS) -> Comparisons:
    """All three, over the same history and at the same costs. `chance` draws the random entries."""
    account, history = test.account, test.history
    held = buy_and_hold(history, account.cash, account.costs)
    return Comparisons(
        buy_and_hold=curve_figures(history.instants, held, account.cash),
        random_entry=random_entry(history, found.profit, account.costs, chance, draws),
        sources_alone=sources_alone(test.strategy, account, history),
    )


def run_and_compare(
    test: Backtest, chance: Chance, draws: int = DRAWS, progress: Progress = silent
) -> tuple[BacktestResult, BacktestSummary]:
    """Run a backtest and set it beside its comparisons: the one call of a command. Raises what sources raise."""
    found = test.run(progress)
    return found, summarised(test, found, comparisons(test, found, chance, draws))


def fills_at(test: Backtest) -> str:
    """At which price market orders are filled, in words."""
    return "the open of the next bar" if test.account.exchange.next_open else "the close that was decided on"


def _terms(test: Backtest) -> Terms:
    account = test.account
    return Terms(
        account=account.label,
        start_cash=account.cash,
        fee_pct=account.costs.fee_pct,
        slippage_pct=account.costs.slippage_pct,
        spread_pct=account.costs.spread_pct,
        volume_pct=account.exchange.volume_pct,
        fills=fills_at(test),
    )
