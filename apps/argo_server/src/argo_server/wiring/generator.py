"""A generator process: its services, opened in order and closed in reverse."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import httpx

from argo_core.adapters.sql import Database, SqlDecisionReader, SqlOutbox, SqlSignalLog, SqlSignalReader
from argo_core.adapters.sql.execution_reports import SqlExecutionReportStore
from argo_core.adapters.sql.generator_lock import generator_lock
from argo_core.adapters.system_clock import SystemClock
from argo_core.pipeline import Cycle, CycleReport
from argo_core.pipeline.ledger_duty import GuardedCycle
from argo_core.tracking import Tracker
from argo_server.announcements import Announcements
from argo_server.generator import Generator
from argo_server.metrics import Metrics
from argo_server.services import Services
from argo_server.settings import Settings
from argo_server.wiring.couriers import couriers_of
from argo_server.wiring.executor_lines import executor_watch
from argo_server.wiring.ledger import open_ledger
from argo_server.wiring.market import recorded_market
from argo_server.wiring.stages import stages_of


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Everything a generator process needs, opened in order and closed in reverse.

    Raises ConfigError for settings that contradict each other, StoreError for a database that is not ready.
    """
    async with AsyncExitStack() as stack:
        clock = SystemClock()
        database = await Database.open(settings.database_url)
        stack.push_async_callback(database.close)
        await stack.enter_async_context(generator_lock(settings.database_url))
        decisions, tracker = SqlDecisionReader(database), Tracker(SqlSignalLog(database))
        still_open = {signal.symbol for signal in (await tracker.open_book()).signals}
        market = await asyncio.to_thread(recorded_market, settings, sorted(still_open))
        newest = await decisions.cycles(1)
        feed = market.feed(after=newest[0].as_of if newest else None)
        stages = stages_of(settings, market, feed, clock)
        await asyncio.to_thread(stages.detector.detect, market.before(feed))
        client = await stack.enter_async_context(httpx.AsyncClient())
        opened = await open_ledger(settings, database, clock, client)
        cycle = GuardedCycle(Cycle(stages, tracker, opened.ledger), opened.duty)
        generation = settings.file.signal_generation
        generator = Generator(cycle, generation.symbols, generation.interval_seconds, clock, feed.origin)
        outbox = SqlOutbox(database)
        couriers = couriers_of(settings.file, outbox, clock, client, opened.cosigning)
        announcements, metrics = Announcements(), Metrics()
        _listen(generator, metrics.observe, announcements.announce, *(courier.wake for courier in couriers))
        stack.callback(announcements.close)
        yield Services(
            settings=settings,
            clock=clock,
            started_at=clock.now(),
            signals=SqlSignalReader(database),
            decisions=decisions,
            outbox=outbox,
            couriers=couriers,
            generator=generator,
            announcements=announcements,
            metrics=metrics,
            database_backend=database.dialect,
            reports=SqlExecutionReportStore(database, clock),
            executors=executor_watch(settings.file, client, clock),
            ledger=opened.services,
        )


def _listen(generator: Generator, *listeners: Callable[[CycleReport], None]) -> None:
    for listener in listeners:
        generator.listen(listener)
