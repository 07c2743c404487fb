"""The JSON API and what monitoring reads. Handlers decode, ask once, and answer."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from argo_core.errors import DataError, StoreError
from argo_core.model.cycle import CycleSummary
from argo_core.model.ledger_standing import LedgerStanding
from argo_core.model.parity import ParityReport
from argo_core.model.query import SignalQuery
from argo_core.pipeline.cycle_uptime import CycleUptimeReport
from argo_core.pipeline.health_levels import CheckedPart, whole
from argo_core.ports.outbox import Backlog
from argo_core.reports.rates import RatedStatistics, WinRate, rated, win_rate
from argo_server.courier import NOT_CONFIGURED
from argo_server.health import UNHEALTHY, HealthReport, examine, recent_rates
from argo_server.metrics import ProcessReading
from argo_server.services import Services
from argo_server.web.documented import documented
from argo_server.web.documents import DecisionPage, SignalPage, signal_page
from argo_server.web.queries import (
    AnyRequest,
    DecisionFilter,
    LatestFilter,
    LevelFilter,
    SignalFilter,
    SymbolSignalFilter,
    decode_query,
)

SHALLOW = 2
BY_COMMAND = "level 3 restores a backup, which no request waits for: run argo health --level 3 on the machine"
METRICS_TYPE = "text/plain; version=0.0.4"


class CycleList(msgspec.Struct, frozen=True):
    """Newest first."""

    items: tuple[CycleSummary, ...]


class Alive(msgspec.Struct, frozen=True):
    """The process answers."""

    status: str = "alive"


@get("/health", sync_to_thread=False)
def liveness() -> Alive:
    """Liveness: nothing is looked at."""
    return Alive()


class LevelHealth(msgspec.Struct, frozen=True, kw_only=True):
    """What `argo health --level` prints: `healthy` only at 100 %, something passed and nothing failed."""

    healthy: bool
    level: int
    checks: tuple[CheckedPart, ...]


@get("/api/v1/health", **documented(LevelFilter))
async def health(
    request: AnyRequest, services: NamedDependency[Services]
) -> Response[HealthReport] | Response[LevelHealth]:
    """Readiness and performance, status 503 when unhealthy; with a level every check up to it, 503 below 100 %."""
    level = decode_query(request, LevelFilter).level
    if level is not None:
        return await _health_of(services, level)
    report = await examine(services)
    return Response(report, status_code=503 if report.status == UNHEALTHY else 200)


async def _health_of(services: Services, level: int) -> Response[LevelHealth]:
    if level > SHALLOW:
        raise DataError("by_command", BY_COMMAND)
    parts = await services.look(level)
    good = whole(parts)
    return Response(LevelHealth(healthy=good, level=level, checks=parts), status_code=200 if good else 503)


@get("/metrics")
async def metrics(services: NamedDependency[Services]) -> Response[bytes]:
    """Prometheus text."""
    status = services.generator.status()
    now = services.clock.now()
    open_signals: int | None = None
    standing: LedgerStanding | None = None
    backlogs: dict[str, Backlog] = {}
    uptime: CycleUptimeReport | None = None
    receivers = tuple(courier.status() for courier in services.couriers)
    topics = [one.receiver for one in receivers if one.state != NOT_CONFIGURED]
    with contextlib.suppress(StoreError):  # the scrape still shows everything else
        open_signals = (await services.signals.statistics(now)).open
        standing = await services.ledger.standing()
        uptime = await services.uptime.report(now, status.interval_seconds)
        backlogs = {topic: await services.outbox.backlog(topic) for topic in topics}
    reading = ProcessReading(
        uptime_seconds=(now - services.started_at).total_seconds(),
        cycle_failures=status.failures,
        cycles_missed=status.missed,
        open_signals=open_signals,
        receivers=receivers,
        backlogs=backlogs,
        uptime=uptime,
        rates=await recent_rates(services),
        jobs=services.jobs.standings(),
        database=services.database_use(),
        spans=services.spans(),
        backup_at=await _backed_up(services),
        executors=services.executors.watched(),
        ledger=standing,
        checks=services.ledger.checks.newest(),
        parity=await _parity(services),
        parity_causes=services.parity.found.causes(),
        reloads={"done": services.reloader.done, "refused": services.reloader.refused},
        **_live(services),
        read_at=now,
    )
    return Response(services.metrics.render(reading), media_type=METRICS_TYPE)


async def _backed_up(services: Services) -> datetime | None:
    try:
        last = await services.backups.last()
    except StoreError:
        return None
    return last.taken_at if last is not None and last.verified else None


async def _parity(services: Services) -> tuple[ParityReport, ...]:
    """The last comparison of each executor; none if the database is silent."""
    try:
        return await services.parity.reports.newest()
    except StoreError:
        return ()


def _live(services: Services) -> dict[str, Any]:
    """What a live market adds to a reading."""
    live = services.live
    if live is None:
        return {}
    return {"vendors": live.standing(), "rejected": live.rejections.counts(), "redis": live.redis()}


@get("/api/v1/signals", **documented(SignalFilter))
async def signals(request: AnyRequest, services: NamedDependency[Services]) -> SignalPage:
    """Signals, newest first."""
    asked = decode_query(request, SignalFilter)
    return await _page(services, asked.query_for(asked.symbol))


@get("/api/v1/signals/{symbol:str}", **documented(SymbolSignalFilter))
async def symbol_signals(symbol: FromPath[str], request: AnyRequest, services: NamedDependency[Services]) -> SignalPage:
    """Signals of one symbol, newest first."""
    asked = decode_query(request, SymbolSignalFilter)
    return await _page(services, asked.query_for(symbol))


@get("/api/signals/latest", **documented(LatestFilter))
async def latest_signals(request: AnyRequest, services: NamedDependency[Services]) -> SignalPage:
    """The newest signals."""
    asked = decode_query(request, LatestFilter)
    return await _page(services, SignalQuery(limit=asked.limit))


@get("/api/signals/stats")
async def signal_statistics(services: NamedDependency[Services]) -> RatedStatistics:
    """Counts over the whole log."""
    now = services.clock.now()
    return rated(await services.signals.statistics(now), now)


@get("/api/performance/win-rate")
async def win_rates(services: NamedDependency[Services]) -> WinRate:
    """How the resolved signals ended, with an interval."""
    return win_rate(await services.signals.statistics(services.clock.now()))


@get("/api/v1/decisions", **documented(DecisionFilter))
async def decisions(request: AnyRequest, services: NamedDependency[Services]) -> DecisionPage:
    """Decisions, published or not, newest first."""
    page = await services.decisions.decisions(decode_query(request, DecisionFilter).query())
    return DecisionPage(items=page.items, next=page.next_before)


@get("/api/v1/cycles", **documented(LatestFilter))
async def cycles(request: AnyRequest, services: NamedDependency[Services]) -> CycleList:
    """The newest cycles in figures."""
    asked = decode_query(request, LatestFilter)
    return CycleList(items=await services.decisions.cycles(asked.limit))


async def _page(services: Services, query: SignalQuery) -> SignalPage:
    page = await services.signals.signals(query)
    return signal_page(page, await services.ledger.places.sealed([one.sealed.signal.signal_id for one in page.items]))


API_ROUTES: tuple[HTTPRouteHandler, ...] = (
    liveness,
    health,
    metrics,
    signals,
    symbol_signals,
    latest_signals,
    signal_statistics,
    win_rates,
    decisions,
    cycles,
)
