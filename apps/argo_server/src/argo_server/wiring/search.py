"""A search over parameters on stored bars, its trials counted in the database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from argo_core.adapters.objectives import engine_hash, load_objective, on_bars, source_hash
from argo_core.adapters.search_parts import named_search, open_runner
from argo_core.adapters.sql import Database, SqlTrialLedger
from argo_core.adapters.system_clock import SystemClock
from argo_core.backtest.content_key import ComputedFrom, hashes_of
from argo_core.backtest.optimize import plan_search
from argo_core.backtest.search_space import parse_space
from argo_core.backtest.stored_history import newest_series
from argo_core.model.search import Goal, Method, SearchResult
from argo_core.model.stored_series import Adjustment
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
    library = open_library(settings, order.library)
    series = newest_series(library, order.symbols, order.timeframe, order.adjustment)
    bars = {each.key.symbol: library.load(each) for each in series}
    content = ComputedFrom(
        bars=hashes_of(bars), strategy=order.objective, source_hash=source_hash(objective), engine=engine_hash()
    )
    with lab_packages():
        asking, sampler = named_search(order.method, space, order.goals, order.seed)
    async with AsyncExitStack() as stack:
        database = await Database.open(settings.database_url)
        stack.push_async_callback(database.close)
        with lab_packages():
            runner = await open_runner(order.workers, order.cluster, stack)
        run = plan_search(
            space,
            content=content,
            goals=order.goals,
            method=order.method,
            trials=order.trials,
            seed=order.seed,
            search=asking,
            sampler=sampler,
            runner=runner,
            ledger=SqlTrialLedger(database, SystemClock()),
            progress=progress,
        )
        return await run.run(on_bars(objective, bars))
