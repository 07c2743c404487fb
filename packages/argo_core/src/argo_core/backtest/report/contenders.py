"""What a report holds the account against: holding, chance, each source alone, and itself at other costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import msgspec

from argo_core.backtest.account import Account
from argo_core.backtest.backtest import Backtest, BacktestResult
from argo_core.backtest.comparisons.buy_and_hold import buy_and_hold
from argo_core.backtest.comparisons.compared import Comparisons
from argo_core.backtest.comparisons.random_entry import DRAWS, Chance, RandomEntry, random_entry
from argo_core.backtest.comparisons.single_source import AloneRun, runs_alone
from argo_core.backtest.headline import curve_figures
from argo_core.backtest.profit import Profit
from argo_core.backtest.profit_result import ProfitResult
from argo_core.backtest.strategy import Progress, silent
from argo_core.execution.costs import CostPolicy
from argo_core.measures.panel import Floats

TIMES = (0.0, 1.0, 2.0, 4.0)
DEAREST = 10.0


class Swept(msgspec.Struct, frozen=True, kw_only=True):
    """The same signals traded at `times` the costs, and `hold` (T,): holding at them."""

    times: float
    profit: ProfitResult
    hold: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Contenders:
    """`hold` (T,): equity of buying everything once. `alone`: the sources, best first. `swept` by rising costs."""

    hold: Floats
    chance: RandomEntry
    alone: tuple[AloneRun, ...]
    swept: tuple[Swept, ...]

    def compared(self, found: BacktestResult) -> Comparisons:
        """In figures, as a summary has them."""
        profit = found.profit
        return Comparisons(
            buy_and_hold=curve_figures(profit.instants, self.hold, profit.start_cash),
            random_entry=self.chance,
            sources_alone=tuple(run.summary for run in self.alone),
        )


def run_contenders(
    backtest: Backtest,
    found: BacktestResult,
    chance: Chance,
    draws: int = DRAWS,
    progress: Progress = silent,
    times: Sequence[float] = TIMES,
) -> Contenders:
    """Runs what the report needs beside the result itself; `chance` draws the random entries. `progress` hears of runs.
    `times` the costs, rising, each ≥ 0, is what the signals are traded at once more; without any nothing is swept.

    Costs that would pass the 10 % a policy allows are left out of the sweep.
    """
    history, costs = backtest.history, backtest.account.costs
    cases = tuple(_dearer(costs, times))
    progress(0, len(cases) + 2)
    drawn = random_entry(history, found.profit, costs, chance, draws)
    alone = runs_alone(backtest.strategy, backtest.account, history)
    progress(2, len(cases) + 2)
    swept = []
    for place, (factor, policy) in enumerate(cases):
        account = replace(backtest.account, costs=policy)
        profit = found.profit if factor == 1 else Profit(account).run(history, found.strategy)
        swept.append(Swept(times=factor, profit=profit, hold=_held(backtest, account)))
        progress(place + 3, len(cases) + 2)
    return Contenders(_held(backtest, backtest.account), drawn, alone, tuple(swept))


def _held(backtest: Backtest, account: Account) -> Floats:
    return buy_and_hold(backtest.history, account.cash, account.costs)


def _dearer(costs: CostPolicy, times: Sequence[float]) -> Iterator[tuple[float, CostPolicy]]:
    shares = msgspec.structs.asdict(costs)
    for factor in times:
        dearer = {name: factor * share for name, share in shares.items()}
        if max(dearer.values()) <= DEAREST:
            yield factor, CostPolicy(**dearer)
