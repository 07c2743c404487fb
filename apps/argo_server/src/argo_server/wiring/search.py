"""A search over parameters on stored bars, its trials counted in the database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from argo_core.adapters.search_desk import SearchDesk
from argo_core.adapters.sql import Database, SqlTrialLedger
from argo_core.adapters.system_clock import SystemClock
from argo_core.backtest.report.search_document import SearchReport, require_two_parameters, search_report
from argo_core.backtest.report.walk_forward_document import ForwardReport, ForwardTerms, forward_report
from argo_core.backtest.search_order import SearchOrder
from argo_core.backtest.walk_forward_splits import WalkForwardPlan
from argo_core.model.search import SearchResult
from argo_server.settings import Settings
from argo_server.wiring.bar_library import lab_packages, open_library

Progress = Callable[[int, int], None]


async def search_parameters(
    settings: Settings, order: SearchOrder, library: Path | None, progress: Progress, page: Path | None
) -> SearchResult:
    """The search, from where an earlier run of it stopped; `page` is written where it is wanted. Raises ConfigError,
    DataError, StoreError."""
    desk = _desk(settings, order, library, page)
    if page is not None:
        require_two_parameters(desk.space)
    async with _ledger(settings) as ledger:
        with lab_packages():
            found = await desk.search(ledger, progress)
    if page is not None:
        from argo_core.adapters.report_files import write_search_html

        told: SearchReport = search_report(found, order.objective, desk.bars, desk.days, order.seed)
        write_search_html(told, page)
    return found


async def walk_parameters_forward(
    settings: Settings, order: SearchOrder, library: Path | None, progress: Progress, page: Path | None,
    plan: WalkForwardPlan, looked_at: int,
) -> ForwardReport:  # fmt: skip
    """The same search in every window, and what came of it; otherwise as `search_parameters`."""
    desk = _desk(settings, order, library, page)
    async with _ledger(settings) as ledger:
        with lab_packages():
            found = await desk.walk_forward(plan, ledger, progress)
    terms = ForwardTerms(
        order.objective, order.space, order.goals[0], order.method.value, plan, order.seed, looked_at
    )  # fmt: skip
    told = forward_report(found, desk.bars, terms)
    if page is not None:
        from argo_core.adapters.report_files import write_forward_html

        write_forward_html(told, page)
    return told


def _desk(settings: Settings, order: SearchOrder, library: Path | None, page: Path | None) -> SearchDesk:
    if page is not None:
        from argo_core.adapters.report_files import graphs

        graphs()  # what is missing is said before the work
    return SearchDesk.of(order, open_library(settings, library))


@asynccontextmanager
async def _ledger(settings: Settings) -> AsyncIterator[SqlTrialLedger]:
    database = await Database.open(settings.database_url)
    try:
        yield SqlTrialLedger(database, SystemClock())
    finally:
        await database.close()
