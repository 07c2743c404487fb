"""Each source alone through everything: what the consensus adds to its best member, or takes from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import msgspec

from argo_core.backtest.account import Account
from argo_core.backtest.headline import CurveFigures, curve_figures
from argo_core.backtest.history import History
from argo_core.backtest.profit import Profit
from argo_core.backtest.profit_result import ProfitResult
from argo_core.backtest.strategy import Strategy
from argo_core.consensus import ConsensusEngine, Weights
from argo_core.ports.source import Source
from argo_core.sources import SeatedSource
from argo_core.sources.absent_source import AbsentSource


class SourceAlone(msgspec.Struct, frozen=True, kw_only=True):
    """What one source by itself would have made, under the same rules, costs and threshold."""

    source: str
    signals: int
    trades: int
    curve: CurveFigures


@dataclass(frozen=True, slots=True, eq=False)
class AloneRun:
    """One source's whole backtest: how many `signals` it made, and the account that traded them."""

    source: str
    signals: int
    profit: ProfitResult

    @property
    def summary(self) -> SourceAlone:
        """In figures."""
        profit = self.profit
        curve = curve_figures(profit.instants, profit.equity, profit.start_cash)
        return SourceAlone(source=self.source, signals=self.signals, trades=len(profit.trades), curve=curve)


def sources_alone(strategy: Strategy, account: Account, history: History) -> tuple[SourceAlone, ...]:
    """Every source that can vote in a backtest, best final equity first. That the first is best is known only
    afterwards: choosing it would have been luck."""
    return tuple(run.summary for run in runs_alone(strategy, account, history))


def runs_alone(strategy: Strategy, account: Account, history: History) -> tuple[AloneRun, ...]:
    """The same with the whole account of each."""
    found = [_alone(strategy, source, account, history) for source in _voting(strategy)]
    return tuple(sorted(found, key=lambda one: -one.profit.final_equity))


def _voting(strategy: Strategy) -> Iterator[Source]:
    return (source for source in strategy.sources if not isinstance(source, AbsentSource))


def _alone(strategy: Strategy, source: Source, account: Account, history: History) -> AloneRun:
    spec = msgspec.structs.replace(source.spec, weight=1.0, primary=True, veto_only=False)
    alone = SeatedSource(spec, source)
    engine = ConsensusEngine(Weights.of([alone.spec]), strategy.engine.policy)
    signals = replace(strategy, sources=(alone,), engine=engine).run(history)
    return AloneRun(source.spec.name, len(signals.signals), Profit(account).run(history, signals))
