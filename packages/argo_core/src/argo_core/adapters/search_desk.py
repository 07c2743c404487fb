"""A search as somebody orders it: an objective by name, bars of the library, and who runs the trials."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

from argo_core.adapters.objectives import (
    BarObjective,
    engine_hash,
    load_days,
    load_objective,
    on_bars,
    source_hash,
)
from argo_core.adapters.search_parts import named_search, open_runner
from argo_core.backtest.content_key import ComputedFrom, hashes_of
from argo_core.backtest.inline_runner import InlineRunner
from argo_core.backtest.market_days import Day, market_days
from argo_core.backtest.optimize import plan_search
from argo_core.backtest.search_order import SearchOrder
from argo_core.backtest.search_space import Space, parse_space
from argo_core.backtest.stored_history import newest_series
from argo_core.backtest.walk_forward_search import (
    DayReturns,
    SearchedForward,
    content_of_window,
    walk_forward_search,
)
from argo_core.backtest.walk_forward_splits import WalkForwardPlan, walk_forward_splits
from argo_core.errors import ConfigError, DataError
from argo_core.model.bars import Bars
from argo_core.model.search import SearchResult
from argo_core.ports.bar_library import BarLibrary
from argo_core.ports.trial_ledger import TrialLedger
from argo_core.ports.trial_runner import TrialRunner

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class SearchDesk:
    """An order with what it names: the `objective`, its `space`, the `bars` by symbol, and the `content` by which its
    trials are counted; `days` where the objective tells its returns by day."""

    order: SearchOrder
    objective: BarObjective
    space: Space
    bars: Mapping[str, Bars]
    content: ComputedFrom
    days: DayReturns | None

    @classmethod
    def of(cls, order: SearchOrder, library: BarLibrary) -> SearchDesk:
        """Raises ConfigError, DataError, StoreError."""
        if not order.symbols or len(set(order.symbols)) < len(order.symbols):
            raise DataError("bad_symbol", "name one symbol or more, each once: --symbols GOOG,AAPL")
        objective, space = load_objective(order.objective), parse_space(order.space)
        series = newest_series(library, order.symbols, order.timeframe, order.adjustment)
        bars = {each.key.symbol: library.load(each) for each in series}
        content = ComputedFrom(
            bars=hashes_of(bars), strategy=order.objective, source_hash=source_hash(objective), engine=engine_hash()
        )
        return cls(order, objective, space, bars, content, load_days(order.objective))

    async def search(self, ledger: TrialLedger, progress: Progress) -> SearchResult:
        """The search over all bars, from where an earlier run of it stopped. Raises DataError, StoreError."""
        async with AsyncExitStack() as stack:
            runner = await open_runner(self.order.workers, self.order.cluster, stack)
            return await self._searched(self.bars, self.content, runner, ledger, progress)

    async def walk_forward(self, plan: WalkForwardPlan, ledger: TrialLedger, progress: Progress) -> SearchedForward:
        """The same search in every window of `plan`, in market days. Raises ConfigError for an objective that tells no
        days; DataError, StoreError."""
        order = self.order
        if self.days is None:
            name = order.objective.rpartition(":")[2]
            raise ConfigError(
                f"{order.objective} tells figures alone: give its module {name}_days(bars, parameters, day)"
            )
        if len(order.goals) != 1:
            raise DataError("bad_search", "a walk-forward chooses by one goal: give --goal once")
        windows, before = len(walk_forward_splits(len(market_days(self.bars)), plan)), 0
        async with AsyncExitStack() as stack:
            inline = order.workers is None and order.cluster is None
            runner = InlineRunner() if inline else await open_runner(order.workers, order.cluster, stack)

            async def choose(bars: Mapping[str, Bars], first: Day, last: Day) -> SearchResult:
                nonlocal before
                content, done = content_of_window(self.content, first, last), before

                def told(inside: int, every: int) -> None:
                    progress(done + inside, windows * every)

                found = await self._searched(bars, content, runner, ledger, told)
                before += len(found.trials)
                return found

            return await walk_forward_search(self.bars, plan, choose, self.days)

    async def _searched(
        self,
        bars: Mapping[str, Bars],
        content: ComputedFrom,
        runner: TrialRunner,
        ledger: TrialLedger,
        progress: Progress,
    ) -> SearchResult:
        order = self.order
        asking, sampler = named_search(order.method, self.space, order.goals, order.seed)
        run = plan_search(
            self.space,
            content=content,
            goals=order.goals,
            method=order.method,
            trials=order.trials,
            seed=order.seed,
            search=asking,
            sampler=sampler,
            runner=runner,
            ledger=ledger,
            progress=progress,
        )
        return await run.run(on_bars(self.objective, bars))
