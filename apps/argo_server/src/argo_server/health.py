"""How the process is doing, every figure computed from what happened."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from importlib.metadata import version

import msgspec

from argo_core.alerts.readings import RateReading
from argo_core.errors import ArgoError, StoreError
from argo_core.measures.percentiles import percentile
from argo_core.model.ledger_standing import LedgerStanding
from argo_core.model.source_standing import SourceStanding
from argo_core.model.stream_standing import StreamStanding
from argo_core.sources.health import SourceState, SourceStatistics
from argo_core.sources.vendor_health import CacheCounts, cache_counts, judged
from argo_server.courier import DISPUTED, UNREACHABLE, CourierStatus
from argo_server.generator import GeneratorStatus
from argo_server.metrics import CycleTotals, IntegrityCheck, SystemReading, read_system
from argo_server.services import Services

DATABASE_DEADLINE_SECONDS = 2.0
SILENT_INTERVALS = 3
HEALTHY, DEGRADED, UNHEALTHY = "healthy", "degraded", "unhealthy"


class SourceHealth(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`circuit_breaker` is `none` where a source has no breaker; then nothing queues before it either. With a vendor,
    latency is of its answers, without our own waiting. `errors` are failed calls; `errors_by_kind` holds our own
    refusals too. `quota_left`: of a day's calls; `rate_limit_left`: requests, as the vendor last said; both absent
    where nobody knows. `why`: what keeps it from health.
    `off`: why it is not used. `streams`: those that push its prices."""

    status: str
    success_rate: float | None
    avg_latency_ms: float | None
    errors: int
    circuit_breaker: str
    queue_depth: int
    why: str | None = None
    p95_latency_ms: float | None = None
    errors_by_kind: dict[str, int] = {}
    quota_left: int | None = None
    rate_limit_left: int | None = None
    last_answer_at: datetime | None = None
    last_error: str | None = None
    off: str | None = None
    streams: tuple[StreamStanding, ...] = ()


class DataSourcesHealth(msgspec.Struct, frozen=True, kw_only=True):
    """Sources that are not due count in `total_sources` only."""

    total_sources: int
    healthy: int
    degraded: int
    unhealthy: int
    sources: dict[str, SourceHealth]


class PerformanceHealth(msgspec.Struct, frozen=True, kw_only=True):
    """Times in seconds, rates in percent, None where nothing was measured; `errors` by source and kind."""

    uptime_seconds: float
    avg_signal_generation_time: float | None
    cycle_ms_p50: float | None
    cycle_ms_p95: float | None
    cache_hit_rate: float | None
    skip_rate: float | None
    total_cache_hits: int
    total_cache_misses: int
    total_skipped_symbols: int
    total_symbols_processed: int
    avg_api_latency: float | None
    data_source_latencies: dict[str, float]
    errors: dict[str, dict[str, int]]


class ServicesHealth(msgspec.Struct, frozen=True, kw_only=True):
    """`database` was asked for this very answer. `receivers`: how deliveries to each stand. `ledger`: None while the
    database does not answer. `integrity`: the newest check of each kind."""

    api: str
    database: str
    redis: str
    secrets: str
    receivers: dict[str, CourierStatus]
    ledger: LedgerStanding | None
    integrity: tuple[IntegrityCheck, ...]
    data_sources: DataSourcesHealth
    performance: PerformanceHealth


class HealthReport(msgspec.Struct, frozen=True, kw_only=True):
    """`latency_ms` is what the database took, `throughput_ops_s` symbols per second, `error_rate` a ratio 0–1."""

    status: str
    version: str
    timestamp: datetime
    uptime_seconds: float
    uptime_formatted: str
    latency_ms: float
    throughput_ops_s: float
    error_rate: float
    cache_hits: int
    cache_misses: int
    services: ServicesHealth
    system: SystemReading


async def examine(services: Services) -> HealthReport:
    """The process's health now. Unhealthy: the database, or every source that is due. Degraded: anything less."""
    now, totals, live = services.clock.now(), services.metrics.totals(), services.live
    standing = () if live is None else live.standing()
    sources = judged(services.metrics.sources(), standing)
    cache = cache_counts(standing) if standing else CacheCounts(hits=totals.cache_hits, misses=totals.cache_misses)
    started = time.perf_counter()
    database = await _ping(services)
    latency_ms = (time.perf_counter() - started) * 1000.0
    uptime = max((now - services.started_at).total_seconds(), 0.0)
    data_sources = _data_sources(sources, standing)
    requests = sum(source.requests for source in sources)
    generator, receivers = services.generator.status(), [courier.status() for courier in services.couriers]
    ledger, checks = await _standing(services, database), services.ledger.checks.newest()
    works = _works(generator, services.started_at, now) and all(map(_delivers, receivers)) and _proves(ledger, checks)
    return HealthReport(
        status=_overall(database, data_sources, works=works),
        version=version("argo-server"),
        timestamp=now,
        uptime_seconds=uptime,
        uptime_formatted=uptime_words(uptime),
        latency_ms=latency_ms,
        throughput_ops_s=_ratio(totals.symbols, uptime) or 0.0,
        error_rate=_ratio(sum(source.failures for source in sources), requests) or 0.0,
        cache_hits=cache.hits,
        cache_misses=cache.misses,
        services=ServicesHealth(
            api=HEALTHY,
            database=database,
            redis="not configured" if live is None else live.redis(),
            secrets=services.secrets.standing,
            receivers={status.receiver: status for status in receivers},
            ledger=ledger,
            integrity=checks,
            data_sources=data_sources,
            performance=_performance(uptime, totals, cache, sources, generator.recent_ms),
        ),
        system=read_system(),
    )


def running_words(services: Services, now: datetime) -> str | None:
    """Why no cycles are made although they should be; None while they are, and where generation is turned off."""
    status = services.generator.status()
    if not services.settings.file.signal_generation.enabled or status.state == "exhausted":
        return None
    if _works(status, services.started_at, now):
        return None
    return status.last_error or f"{status.state}: no cycle for a while"


async def recent_rates(services: Services) -> tuple[RateReading, ...]:
    """Signals that came lately beside those that are usual; none while no market is open, and where the database or the
    calendar is silent: neither says that signals are missing."""
    try:
        async with asyncio.timeout(DATABASE_DEADLINE_SECONDS):
            return await services.alerts.rates()
    except (ArgoError, TimeoutError):
        return ()


def uptime_words(seconds: float) -> str:
    """`1h 2m 3s`; hours go past 24."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}h {minutes % 60}m {rest}s"


async def _ping(services: Services) -> str:
    try:
        async with asyncio.timeout(DATABASE_DEADLINE_SECONDS):
            await services.decisions.cycles(1)
    except (StoreError, TimeoutError):
        return UNHEALTHY
    return HEALTHY


async def _standing(services: Services, database: str) -> LedgerStanding | None:
    if database == UNHEALTHY:
        return None
    try:
        async with asyncio.timeout(DATABASE_DEADLINE_SECONDS):
            return await services.ledger.standing()
    except (StoreError, TimeoutError):
        return None


def _proves(standing: LedgerStanding | None, checks: Iterable[IntegrityCheck]) -> bool:
    """False while the log may not be signed, a witness gives no cosignature, or the newest check found something."""
    return standing is not None and standing.sound and all(check.success for check in checks)


def _works(generator: GeneratorStatus, started_at: datetime, now: datetime) -> bool:
    """False once it failed, reached the end of a replay, or let several intervals pass without a durable cycle."""
    patience = timedelta(seconds=SILENT_INTERVALS * generator.interval_seconds)
    silent = now - (generator.last_finished_at or started_at) > patience
    return not silent and generator.state not in ("failed", "exhausted")


def _delivers(receiver: CourierStatus) -> bool:
    """False while a receiver cannot be reached or does not follow our log, or once it refused a message for good:
    somebody must look."""
    return receiver.state not in (UNREACHABLE, DISPUTED) and not receiver.refused


def _overall(database: str, sources: DataSourcesHealth, *, works: bool) -> str:
    due = sources.healthy + sources.degraded + sources.unhealthy
    if database == UNHEALTHY or (due and sources.unhealthy == due):
        return UNHEALTHY
    return HEALTHY if works and sources.healthy == due else DEGRADED


def _data_sources(sources: tuple[SourceStatistics, ...], standing: Iterable[SourceStanding]) -> DataSourcesHealth:
    states, standings = [source.state for source in sources], {each.source: each for each in standing}
    return DataSourcesHealth(
        total_sources=len(sources),
        healthy=states.count(SourceState.HEALTHY),
        degraded=states.count(SourceState.DEGRADED),
        unhealthy=states.count(SourceState.UNHEALTHY),
        sources={source.source: _source_health(source, standings.get(source.source)) for source in sources},
    )


def _source_health(source: SourceStatistics, standing: SourceStanding | None) -> SourceHealth:
    path = None if standing is None else standing.path
    shown = SourceHealth(
        status=source.state.value,
        success_rate=source.success_rate_pct,
        avg_latency_ms=source.mean_latency_ms,
        errors=source.failures,
        circuit_breaker="none" if path is None else path.breaker,
        queue_depth=0 if path is None else path.queue_depth,
        why=source.why,
        off=None if standing is None else standing.off,
    )
    if path is None:
        return shown
    return msgspec.structs.replace(
        shown,
        p95_latency_ms=path.latency_p95_ms,
        errors_by_kind=path.errors,
        quota_left=path.quota_left,
        rate_limit_left=path.rate_limit_left,
        last_answer_at=path.last_answer_at,
        last_error=path.last_error,
        streams=standing.streams if standing is not None else (),
    )


def _performance(
    uptime: float,
    totals: CycleTotals,
    cache: CacheCounts,
    sources: tuple[SourceStatistics, ...],
    recent_ms: tuple[float, ...],
) -> PerformanceHealth:
    measured = [(source, source.mean_latency_ms / 1000.0) for source in sources if source.mean_latency_ms is not None]
    requests = sum(source.requests for source, _ in measured)
    return PerformanceHealth(
        uptime_seconds=uptime,
        avg_signal_generation_time=_ratio(totals.seconds, totals.cycles),
        cycle_ms_p50=percentile(recent_ms, 50),
        cycle_ms_p95=percentile(recent_ms, 95),
        cache_hit_rate=_ratio(100.0 * cache.hits, cache.hits + cache.misses),
        skip_rate=_ratio(100.0 * totals.skipped, totals.symbols),
        total_cache_hits=cache.hits,
        total_cache_misses=cache.misses,
        total_skipped_symbols=totals.skipped,
        total_symbols_processed=totals.symbols,
        avg_api_latency=_ratio(sum(source.requests * seconds for source, seconds in measured), requests),
        data_source_latencies={source.source: seconds for source, seconds in measured},
        errors={source.source: source.errors for source in sources if source.errors},
    )


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
