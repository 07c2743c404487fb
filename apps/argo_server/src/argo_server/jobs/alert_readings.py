"""A generator's health as the alert rules look at it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from argo_core.alerts.readings import Readings, SourceReading
from argo_core.errors import ArgoError
from argo_core.model.shard import Shard
from argo_core.model.source_standing import SourceStanding
from argo_server.courier import DISPUTED, UNREACHABLE, CourierStatus
from argo_server.health import (
    DATABASE_DEADLINE_SECONDS,
    UNHEALTHY,
    HealthReport,
    SourceHealth,
    examine,
    recent_rates,
    running_words,
)
from argo_server.services import Services

RECENT_SECONDS = 300.0


async def readings_of(services: Services) -> Readings:
    """Everything the rules are about, at one moment."""
    report, status = await examine(services), services.generator.status()
    system, parts = report.system, report.services
    standing = () if services.live is None else services.live.standing()
    answers = report.services.database != UNHEALTHY
    cycles = max(1, round(RECENT_SECONDS / status.interval_seconds))
    return Readings(
        at=report.timestamp,
        down={
            **_down(report),
            **await _vacant(services, ask=answers),
            "generator": running_words(services, report.timestamp) or "",
        },
        broken=_broken(report),
        refused={name: _refused(one) for name, one in parts.receivers.items()},
        unwitnessed={one.witness: one.last_error or "" for one in (parts.ledger.witnesses if parts.ledger else ())},
        sources=tuple(_sources(parts.data_sources.sources, services, standing)),
        generation_seconds=tuple(one / 1000.0 for one in status.recent_ms[-cycles:]),
        cache_hits=report.cache_hits,
        cache_misses=report.cache_misses,
        cpu_percent=system.cpu_percent,
        memory_percent=system.memory_percent,
        disk_percent=system.disk_percent,
        rates=await recent_rates(services) if answers else (),
    )


async def _vacant(services: Services, *, ask: bool) -> dict[str, str]:
    """Every shard, with why where nobody works on it; nothing is known without asking the database."""
    if services.leadership is None or not ask:
        return {}
    try:
        async with asyncio.timeout(DATABASE_DEADLINE_SECONDS):
            found = await services.leadership.vacant()
    except (ArgoError, TimeoutError):
        return {}  # the database: it says so itself
    of = services.settings.file.signal_generation.share.of
    names = (Shard(index, of).text for index in range(1, of + 1))
    return {f"shard {name}": "no generator works on it: start one" if name in found else "" for name in names}


def _down(report: HealthReport) -> dict[str, str]:
    """What does not answer, with why; "" for what does."""
    parts = report.services
    found = {"database": "it does not answer" if parts.database == UNHEALTHY else ""}
    if parts.redis != "not configured":
        found["redis"] = "it does not answer: memory serves alone" if parts.redis == UNHEALTHY else ""
    for name, receiver in parts.receivers.items():
        if receiver.state != "not_configured":
            away = receiver.state in (UNREACHABLE, DISPUTED)
            found[name] = (receiver.last_error or receiver.state) if away else ""
    return found


def _broken(report: HealthReport) -> dict[str, str]:
    found = {check.kind: "" for check in report.services.integrity}
    for check in report.services.integrity:
        if not check.success:
            found[check.kind] = f"{check.failed} of {check.checked} checks failed: {', '.join(check.rows)}"
    return found


def _refused(receiver: CourierStatus) -> str:
    return f"{receiver.refused} since the start" if receiver.refused else ""


def _sources(
    health: dict[str, SourceHealth], services: Services, standing: Iterable[SourceStanding]
) -> Iterable[SourceReading]:
    paths = {one.source: one.path for one in standing}
    requests = {one.source: one.requests for one in services.metrics.sources()}
    for name, one in health.items():
        path = paths.get(name)
        yield SourceReading(
            source=name,
            unhealthy=one.status == UNHEALTHY,
            requests=requests.get(name, 0) if path is None else path.fetches,
            failures=one.errors,
            throttled=0 if path is None else path.throttled,
            transitions=0 if path is None else sum(path.transitions.values()),
            queue_depth=one.queue_depth,
            open_seconds=None if path is None else path.breaker_open_seconds,
        )
