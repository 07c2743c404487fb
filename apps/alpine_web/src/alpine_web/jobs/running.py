"""Starts what runs beside the requests, and stops it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from alpine_core.errors import StoreError
from alpine_web.jobs.record_watch import watch_records
from alpine_web.services import Services

CLEANING_SECONDS = 300.0
VIGIL_SECONDS = 30.0

log = structlog.get_logger(__name__)


@asynccontextmanager
async def running_jobs(services: Services) -> AsyncIterator[None]:
    """Until the context ends, sessions that have ended are removed, the logs are looked at, and read on."""
    if not services.policy.logs:
        log.warning("no_log_pinned", setting="ALPINE_LOG_VKEYS", effect="every signal is unlogged: operators only")
    jobs = [
        asyncio.create_task(_again_and_again(services, remove_ended_sessions, CLEANING_SECONDS)),
        asyncio.create_task(_again_and_again(services, look_at_logs, VIGIL_SECONDS)),
        asyncio.create_task(watch_records(services)),
    ]
    try:
        yield
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)


async def remove_ended_sessions(services: Services) -> None:
    """Once. Raises StoreError."""
    removed = await services.sessions.remove_expired(services.clock.now())
    log.debug("sessions_removed", count=removed)


async def look_at_logs(services: Services) -> None:
    """Once: freshness, lag and broken promises become alarms, and are heard. Raises StoreError."""
    for alarm in await services.vigil.look():
        services.metrics.count_alarms(alarm.kind.value)
        log.error("log_alarm", kind=alarm.kind.value, subject=alarm.subject, found=alarm.offered)


async def _again_and_again(services: Services, act: Callable[[Services], Awaitable[None]], seconds: float) -> None:
    """A database that does not answer is tried again at the next turn."""
    while True:
        try:
            await act(services)
        except StoreError as error:
            log.warning("job_failed", job=act.__name__, error=str(error))
        await asyncio.sleep(seconds)
