"""A backtest in a few lines: bars and sources in, everything that would have happened out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from argo_core.backtest.account import Account
from argo_core.backtest.denials import Denials, denials
from argo_core.backtest.emission import EmissionRules
from argo_core.backtest.headline import Headline, headline
from argo_core.backtest.history import History, moments_of
from argo_core.backtest.own_sessions import sessions_of
from argo_core.backtest.panel_votes import Wait
from argo_core.backtest.profit import Profit
from argo_core.backtest.profit_result import ProfitResult
from argo_core.backtest.signal_quality import SignalQuality, signal_quality
from argo_core.backtest.strategy import Progress, Strategy, silent
from argo_core.backtest.strategy_result import StrategyResult
from argo_core.backtest.waiting import completed
from argo_core.consensus import ConsensusEngine, ConsensusPolicy, Weights
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.bars import Bars
from argo_core.model.instant import InstantArray
from argo_core.model.sessions import Sessions
from argo_core.pipeline.policy import CyclePolicy
from argo_core.ports.source import Source
from argo_core.regime import RegimePolicy
from argo_core.risk import LevelPolicy
from argo_core.sources import FeatureSource, price_action, technical
from argo_core.sources.standard import PRICE_ACTION, TECHNICAL
from argo_core.tracking import CostPolicy, HorizonPolicy

if TYPE_CHECKING:
    import pandas as pd

ORIGIN = "backtest"
THRESHOLD = 60.0


class BacktestResult(msgspec.Struct, frozen=True, kw_only=True):
    """`strategy` with the `quality` of its signals; `profit` of the account with its `headline` and `denials`."""

    strategy: StrategyResult
    quality: SignalQuality
    profit: ProfitResult
    headline: Headline
    denials: Denials


@dataclass(frozen=True, slots=True, eq=False)
class Backtest:
    """A strategy over a history, and an account that trades it: the stages of the live system, none of them copied."""

    strategy: Strategy
    history: History
    account: Account

    @classmethod
    def of(
        cls,
        bars: Mapping[str, Bars | pd.DataFrame] | Iterable[Bars],
        sources: Iterable[Source] | None = None,
        *,
        account: Account | None = None,
        begin: datetime | None = None,
        end: datetime | None = None,
        moments: InstantArray | None = None,
        sessions: Sessions | None = None,
        timeframe: str = "1Day",
        consensus: ConsensusPolicy | None = None,
        cycle: CyclePolicy | None = None,
        levels: LevelPolicy | None = None,
        horizon: HorizonPolicy | None = None,
        costs: CostPolicy | None = None,
        regime: RegimePolicy | None = None,
        wait: Wait = completed,
    ) -> Backtest:
        """`bars` by symbol, frames (with a DatetimeIndex of bar starts of length `timeframe`, naive ones in UTC) or
        `Bars`; the market is looked at in (begin, end] whenever a bar becomes complete, or at `moments`.

        Without `sources` the two standard ones vote; their group weights sum to 1. Without `sessions` they are read off
        the bars. Policies are the live system's, the threshold by default that of its generator, 60. Raises DataError
        for bars or a period that cannot be used, ConfigError for sources and policies that contradict each other.
        """
        histories = _histories(bars, timeframe)
        chosen = _standard() if sources is None else tuple(sources)
        rules = EmissionRules(
            cycle=CyclePolicy() if cycle is None else cycle,
            levels=LevelPolicy() if levels is None else levels,
            horizon=HorizonPolicy() if horizon is None else horizon,
            costs=CostPolicy() if costs is None else costs,
            sessions=sessions_of(histories) if sessions is None else sessions,
            origin=ORIGIN,
        )
        policy = ConsensusPolicy(threshold=THRESHOLD) if consensus is None else consensus
        engine = ConsensusEngine(Weights.of(source.spec for source in chosen), policy)
        strategy = Strategy(chosen, engine, RegimePolicy() if regime is None else regime, rules, wait)
        shown = moments_of(histories, begin, end) if moments is None else moments
        return cls(strategy, History.of(histories, shown), Account.regular() if account is None else account)

    def signals(self, progress: Progress = silent) -> StrategyResult:
        """The strategy alone: every decision, signal and outcome. Raises what sources raise."""
        return self.strategy.run(self.history, progress)

    def run(self, progress: Progress = silent) -> BacktestResult:
        """The strategy, and the account that traded its signals. `progress` hears of the account's moments."""
        found = self.signals()
        profit = Profit(self.account).run(self.history, found, progress)
        return BacktestResult(
            strategy=found,
            quality=signal_quality(found),
            profit=profit,
            headline=headline(profit),
            denials=denials(profit.verdicts),
        )


def _standard() -> tuple[Source, ...]:
    tracker = FeatureTracker()
    return FeatureSource(PRICE_ACTION, price_action, tracker), FeatureSource(TECHNICAL, technical, tracker)


def _histories(bars: Mapping[str, Bars | pd.DataFrame] | Iterable[Bars], timeframe: str) -> list[Bars]:
    if not isinstance(bars, Mapping):
        return list(bars)
    return [
        each if isinstance(each, Bars) else Bars.from_frame(symbol, each, timeframe) for symbol, each in bars.items()
    ]
