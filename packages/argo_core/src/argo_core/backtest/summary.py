"""A backtest in figures, with what it is held against: what commands print and reports begin with."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

import msgspec

from argo_core.backtest.backtest import Backtest, BacktestResult
from argo_core.backtest.comparisons.compared import Comparisons
from argo_core.backtest.comparisons.random_entry import DRAWS, Chance
from argo_core.backtest.denials import Denials
from argo_core.backtest.headline import Headline
from argo_core.backtest.report.contenders import Contenders, run_contenders
from argo_core.backtest.report.headline_figures import NamedFigures, account_figures, raced
from argo_core.backtest.report.signal_figures import signal_figures
from argo_core.backtest.signal_quality import SignalQuality, signal_quality
from argo_core.backtest.strategy import Progress, silent
from argo_core.backtest.strategy_result import PUBLISHED, REPEAT, VETOED, StrategyResult
from argo_core.errors import DataError
from argo_core.measures.figure import Figure

Summary = TypeVar("Summary", "BacktestSummary", "StrategySummary")


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
    """The signals alone. `figures` with their intervals, all drawn from `seed`."""

    began_at: datetime
    ended_at: datetime
    symbols: tuple[str, ...]
    sources: tuple[str, ...]
    moments: int
    decisions: DecisionCounts
    quality: SignalQuality
    seed: int
    figures: tuple[Figure, ...]


class BacktestSummary(msgspec.Struct, frozen=True, kw_only=True):
    """`open_positions` are marked at the last close, and are no trades. `halts` counts those that stopped trading, and
    `halted_at_end` names the one that still stands. `unplaced` orders were allowed and grew too old before they could
    be placed. `curves` are the account's figures and those of what it is held against, `figures` further ones of the
    account, all with their intervals."""

    strategy: StrategySummary
    terms: Terms
    headline: Headline
    denials: Denials
    open_positions: int
    halts: int
    halted_at_end: str | None
    unplaced: int
    comparisons: Comparisons
    curves: tuple[NamedFigures, ...]
    figures: tuple[Figure, ...]


def strategy_summary(found: StrategyResult, seed: int) -> StrategySummary:
    """The figures of a strategy backtest; `seed` ≥ 0 draws the intervals."""
    decisions, quality = found.decisions, signal_quality(found)
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
        quality=quality,
        seed=seed,
        figures=signal_figures(found, quality, seed),
    )


def summarised(test: Backtest, found: BacktestResult, contenders: Contenders, seed: int) -> BacktestSummary:
    """The figures of a backtest beside its contenders'; `seed` ≥ 0 draws the intervals."""
    profit = found.profit
    race = raced(profit, contenders, seed)
    return BacktestSummary(
        strategy=strategy_summary(found.strategy, seed),
        terms=_terms(test),
        headline=found.headline,
        denials=found.denials,
        open_positions=len(profit.positions),
        halts=profit.halts_called,
        halted_at_end=profit.halted_by,
        unplaced=len(profit.unplaced),
        comparisons=contenders.compared(found),
        curves=race.curves,
        figures=(race.beyond, *account_figures(profit, seed)),
    )


def run_and_compare(
    test: Backtest, chance: Chance, draws: int = DRAWS, progress: Progress = silent, seed: int = 0
) -> tuple[BacktestResult, BacktestSummary]:
    """Run a backtest and set it beside its contenders: the one call of a command. `chance` draws the random entries,
    `seed` the intervals. Raises what sources raise."""
    found = test.run(progress)
    return found, summarised(test, found, run_contenders(test, found, chance, draws, times=()), seed)


def _terms(test: Backtest) -> Terms:
    account = test.account
    return Terms(
        account=account.label,
        start_cash=account.cash,
        fee_pct=account.costs.fee_pct,
        slippage_pct=account.costs.slippage_pct,
        spread_pct=account.costs.spread_pct,
        volume_pct=account.exchange.volume_pct,
        fills=account.fills,
    )


def encode_summary(summary: BacktestSummary | StrategySummary) -> bytes:
    """As MessagePack, which unlike JSON keeps a figure that is no number apart from one that is missing."""
    return msgspec.msgpack.encode(summary)


def decode_summary(data: bytes, kind: type[Summary]) -> Summary:
    """Inverse of `encode_summary`. Raises DataError `bad_summary`."""
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except msgspec.MsgspecError as error:
        raise DataError("bad_summary", f"this is no {kind.__name__}: {error}") from error
