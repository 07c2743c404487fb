"""A generator process: its services, opened in order and closed in reverse."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from functools import partial

import httpx
import structlog

from argo_core.adapters.ready_process import ready_process
from argo_core.adapters.sql import (
    Database,
    SqlDecisionReader,
    SqlOutbox,
    SqlResolvedReader,
    SqlSignalReader,
)
from argo_core.adapters.sql.execution_reports import SqlExecutionReportStore
from argo_core.errors import ConfigError
from argo_core.model.configuration import Cause
from argo_core.model.origin import Origin
from argo_core.pipeline import Cycle, CycleReport, Stages
from argo_core.pipeline.cycle_uptime import CycleUptime
from argo_core.pipeline.keep_secrets import SecretKeeper
from argo_core.pipeline.ledger_duty import CycleRunner, GuardedCycle
from argo_core.pipeline.win_probability import WinProbabilities
from argo_core.ports import Clock, Tracer
from argo_core.risk.live_data import REPLAY
from argo_core.tracking import Tracker
from argo_server.announcements import Announcements
from argo_server.courier import Courier
from argo_server.generator import Generator
from argo_server.metrics import Metrics
from argo_server.services import Services
from argo_server.settings import Settings, market_choice
from argo_server.wiring.alerting import generator_alerts
from argo_server.wiring.backups import backup_services
from argo_server.wiring.configurations import keep_settings
from argo_server.wiring.couriers import couriers_of
from argo_server.wiring.executor_lines import executor_watch
from argo_server.wiring.health_checks import look_at_health
from argo_server.wiring.lab import open_lab
from argo_server.wiring.ledger import open_ledger
from argo_server.wiring.market import replayed
from argo_server.wiring.market_parts import MarketParts
from argo_server.wiring.parity import parity_services
from argo_server.wiring.place import Place, take_place
from argo_server.wiring.process_time import ProcessTime
from argo_server.wiring.recordings import open_recordings
from argo_server.wiring.reload import Running, reloader_of
from argo_server.wiring.reports import report_services
from argo_server.wiring.secrets import rotating_client, secret_keeper
from argo_server.wiring.stages import stages_of
from argo_server.wiring.tracing import open_tracer

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_services(
    settings: Settings, time: ProcessTime = ProcessTime(), patience: float = 0.0
) -> AsyncIterator[Services]:
    """Everything a generator process needs, opened in order and closed in reverse. `time` may be faster than the
    world; `patience` is how many seconds another generator on this database may take to end.

    Raises ConfigError for settings that contradict each other, StoreError for a database that is not ready.
    """
    ready_process()
    async with AsyncExitStack() as stack:
        clock = time.clock
        tracer = await stack.enter_async_context(open_tracer(settings, "generator"))
        database, place = await _own_place(settings, patience, clock, stack)
        secrets = secret_keeper(settings, clock)
        client = await stack.enter_async_context(rotating_client(secrets))
        market = await _market(settings, database, place, client, time, stack, secrets, tracer)
        secrets.listen(market.learn)
        stages = await _stages(settings, market, clock, tracer)
        opened = await open_ledger(settings, database, clock, client, leadership=place.leadership)
        cycle = Cycle(stages, Tracker(place.log), opened.ledger, _wins(database, place))
        generator = _generator(settings, place.seated(GuardedCycle(cycle, opened.duty)), clock, market.feed.origin)
        outbox, metrics = SqlOutbox(database), Metrics()
        announcements = stack.enter_context(closing(Announcements()))
        couriers = couriers_of(settings.file, outbox, clock, client, opened.cosigning, stages, secrets)
        _listen(generator, metrics.observe, announcements.announce, _fits_told(), *_wakes(couriers), *market.listeners)
        alerts = generator_alerts(settings, database, client, clock, market.feed.origin, stack, secrets)
        running = Running(settings, cycle, generator, opened.ledger, market.live)
        yield _over(settings, database, clock, secrets, tracer)(
            seat=place.seat,
            leadership=place.leadership,
            outbox=outbox,
            couriers=couriers,
            generator=generator,
            announcements=announcements,
            metrics=metrics,
            executors=executor_watch(settings.file, client, clock, alerts.notifier),
            ledger=opened.services,
            live=market.live,
            parity=parity_services(settings, database, clock, market),
            reloader=reloader_of(running, database, clock, alerts.notifier),
            backups=backup_services(settings, clock, alerts.notifier),
            lab=await stack.enter_async_context(open_lab(settings, database)),
            alerts=alerts,
            written=report_services(settings, database, clock, alerts.notifier, secrets),
        )


async def _own_place(
    settings: Settings, patience: float, clock: Clock, stack: AsyncExitStack
) -> tuple[Database, Place]:
    """The database and this process's place at it, which no other takes until the stack is closed."""
    database = await Database.open(settings.database_url)
    stack.push_async_callback(database.close)
    place = await take_place(settings, database, patience, stack)
    await keep_settings(settings, database, clock, Cause.START)
    return database, place


def _wins(database: Database, place: Place) -> WinProbabilities:
    """Of what was resolved, by this process or by another that works on the database."""
    return WinProbabilities(SqlResolvedReader(database), shared=place.leadership is not None)


def _over(
    settings: Settings, database: Database, clock: Clock, secrets: SecretKeeper, tracer: Tracer
) -> Callable[..., Services]:
    """What is there before the market."""
    return partial(
        Services,
        settings=settings,
        clock=clock,
        secrets=secrets,
        started_at=clock.now(),
        signals=SqlSignalReader(database),
        decisions=(decisions := SqlDecisionReader(database)),
        uptime=CycleUptime(decisions),
        look=partial(look_at_health, settings, None),
        database_backend=database.dialect,
        database_use=database.use,
        spans=tracer.counts,
        reports=SqlExecutionReportStore(database, clock),
    )


async def _stages(settings: Settings, market: MarketParts, clock: Clock, tracer: Tracer) -> Stages:
    """With the regime that held before the first cycle."""
    stages = stages_of(settings, market, clock, tracer)
    await asyncio.to_thread(stages.detector.detect, market.before)
    return stages


def _fits_told() -> Callable[[CycleReport], None]:
    """Logs each curve that win probabilities come from when it is first used."""
    last: list[object] = [None]

    def listener(report: CycleReport) -> None:
        fitted = report.calibration
        if fitted is not None and fitted != last[0]:
            log.info(
                "calibration_fitted",
                kind=fitted.kind.value,
                outcomes=fitted.outcomes,
                wins=fitted.wins,
                until=fitted.until,
            )
        last[0] = fitted

    return listener


def _generator(settings: Settings, cycle: CycleRunner, clock: Clock, origin: Origin) -> Generator:
    generation = settings.file.signal_generation
    return Generator(cycle, generation.own_symbols, generation.interval_seconds, clock, origin)


async def _market(
    settings: Settings,
    database: Database,
    place: Place,
    client: httpx.AsyncClient,
    time: ProcessTime,
    stack: AsyncExitStack,
    secrets: SecretKeeper,
    tracer: Tracer,
) -> MarketParts:
    choice, newest = market_choice(settings), await SqlDecisionReader(database).cycles(1)
    log.info("market_chosen", market="live" if choice.live else "replay", why=choice.why)
    if not choice.live:
        still_open = {signal.symbol for signal in (await Tracker(place.log).open_book()).signals}
        recordings = await open_recordings(settings, stack)
        return await asyncio.to_thread(replayed, settings, sorted(still_open), await place.cycles.latest(), recordings)
    try:  # not before it is wanted: the vendors' packages take seconds to import
        from argo_server.wiring.live_market import open_live_market
    except ImportError as error:
        raise ConfigError(f"a live market needs the package {error.name}: install argo-server[live]") from error
    if newest and newest[0].data_source.startswith(REPLAY):
        raise ConfigError("this database holds a replay: name another database.path for the live market")
    return await stack.enter_async_context(open_live_market(settings, database, client, time, secrets, tracer))


def _wakes(couriers: Iterable[Courier]) -> Iterable[Callable[[CycleReport], None]]:
    return (courier.wake for courier in couriers)


def _listen(generator: Generator, *listeners: Callable[[CycleReport], None]) -> None:
    for listener in listeners:
        generator.listen(listener)
