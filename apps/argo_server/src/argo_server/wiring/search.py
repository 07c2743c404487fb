"""A search over parameters on stored bars, its trials counted in the database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from argo_core.adapters.objectives import engine_hash, load_objective, source_hash
from argo_core.adapters.sql import Database, SqlTrialLedger
from argo_core.adapters.system_clock import SystemClock
from argo_core.backtest.content_key import ComputedFrom, hashes_of
from argo_core.backtest.optimize import PLAIN_SAMPLER, plan_search
from argo_core.backtest.search_space import parse_space
from argo_core.errors import DataError
from argo_core.model.bars import Bars
from argo_core.model.search import Domain, Goal, Method, SearchResult
from argo_core.model.stored_series import Adjustment, SeriesKey
from argo_core.model.timeframe import Timeframe
from argo_core.ports.parameter_search import ParameterSearch
from argo_core.ports.trial_runner import TrialRunner
from argo_server.settings import Settings
from argo_server.wiring.bar_library import lab_packages, open_library


@dataclass(frozen=True, slots=True)
class SearchOrder:
    """What a command line asks for. `workers` None: as many as there are processors; `cluster` a Dask scheduler."""

    objective: str
    space: str
    symbols: tuple[str, ...]
    timeframe: str
    adjustment: Adjustment
    goals: tuple[Goal, ...]
    method: Method
    trials: int
    seed: int
    workers: int | None
    cluster: str | None
    library: Path | None


async def search_parameters(
    settings: Settings, order: SearchOrder, progress: Callable[[int, int], None]
) -> SearchResult:
    """The search, from where an earlier run of it stopped. Raises ConfigError, DataError, StoreError."""
    objective, space = load_objective(order.objective), parse_space(order.space)
    bars = _bars(settings, order)
    content = ComputedFrom(
        bars=hashes_of(bars), strategy=order.objective, source_hash=source_hash(objective), engine=engine_hash()
    )
    asking, sampler = _asking(space, order)
    async with AsyncExitStack() as stack:
        database = await Database.open(settings.database_url)
        stack.push_async_callback(database.close)
        run = plan_search(
            space,
            content=content,
            goals=order.goals,
            method=order.method,
            trials=order.trials,
            seed=order.seed,
            search=asking,
            sampler=sampler,
            runner=await _runner(order, stack),
            ledger=SqlTrialLedger(database, SystemClock()),
            progress=progress,
        )
        return await run.run(partial(objective, bars))


def _bars(settings: Settings, order: SearchOrder) -> dict[str, Bars]:
    library = open_library(settings, order.library)
    stored = {versions.key: versions.newest for versions in library.series()}
    name = Timeframe.parse(order.timeframe).name
    keys = [SeriesKey(symbol, name, order.adjustment) for symbol in order.symbols]
    missing = next((key for key in keys if key not in stored), None)
    if missing is not None:
        raise DataError("not_stored", f"{missing} is not stored: see argo data list, and argo data import")
    return {key.symbol: library.load(stored[key]) for key in keys}


def _asking(space: dict[str, Domain], order: SearchOrder) -> tuple[ParameterSearch | None, str]:
    """Optuna for the methods that learn; the others need nobody."""
    if order.method not in (Method.TPE, Method.MULTI):
        return None, PLAIN_SAMPLER
    with lab_packages():
        from argo_core.adapters.optuna_search import SAMPLER, OptunaSearch

        return OptunaSearch(space, order.goals, order.seed), SAMPLER


async def _runner(order: SearchOrder, stack: AsyncExitStack) -> TrialRunner:
    if order.cluster is not None:
        with lab_packages():
            from argo_core.adapters.dask_cluster import open_dask_cluster

            return await stack.enter_async_context(open_dask_cluster(order.cluster))
    from argo_core.adapters.local_processes import LocalProcesses

    return stack.enter_context(LocalProcesses(order.workers))
