"""Alerts: each channel at work by itself, and the rules looked at again and again, for as long as a process runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import structlog

from argo_core.errors import ArgoError
from argo_core.pipeline.alert_desk import AlertDesk
from argo_core.pipeline.alert_watch import AlertWatch
from argo_server.jobs.alert_readings import readings_of
from argo_server.services import Services

CATCH_UP_SECONDS = 1.0
AGAIN_SECONDS = 1.0
SOURCE = "generator"

log = structlog.get_logger(__name__)


@asynccontextmanager
async def telling(desk: AlertDesk, *, leads: bool = True) -> AsyncIterator[None]:
    """Channels tell what waits in memory until the context ends, and it moves to the database; who leads tells what is
    kept there as well. The next process tells the rest."""
    desk.lead(leads)
    tasks = [asyncio.create_task(_forever(line.run, 0.0), name=f"alerts {line.name}") for line in desk.lines]
    tasks.append(asyncio.create_task(_forever(desk.catch_up, CATCH_UP_SECONDS), name="alerts kept late"))
    try:
        yield
    finally:
        await _end(tasks)


@contextmanager
def telling_what_is_kept(desk: AlertDesk) -> Iterator[None]:
    """The channels of this process tell what the database holds until the context ends."""
    desk.lead(True)
    try:
        yield
    finally:
        desk.lead(False)


@asynccontextmanager
async def watching_alerts(services: Services) -> AsyncIterator[None]:
    """A look at the rules at once and then again and again until the context ends, unless the settings turn it off."""
    rules, alerts = services.settings.file.alerts, services.alerts
    if not rules.enabled:
        yield
        return
    share = services.settings.file.signal_generation.share
    source = SOURCE if share.is_whole else f"{SOURCE} {share.text}"
    waiting, reader = alerts.desk.matters, alerts.reader
    watch = AlertWatch(alerts.rules, lambda: readings_of(services), alerts.notifier, reader, waiting, source)

    async def look() -> float:
        await watch.look()
        return rules.interval_seconds

    async def noted() -> None:
        await services.jobs.run("alert rules", services.clock, look)

    task = asyncio.create_task(_forever(noted, rules.interval_seconds), name="alert rules")
    try:
        yield
    finally:
        await _end([task])


async def _forever(call: Callable[[], Awaitable[None]], pause: float) -> None:
    while True:
        try:
            await call()
        except ArgoError as error:
            log.error("alerting_failed", error=str(error))
            await asyncio.sleep(AGAIN_SECONDS)
        except Exception:
            # A fault of ours must not end the telling in silence.
            log.exception("alerting_failed")
            await asyncio.sleep(AGAIN_SECONDS)
        await asyncio.sleep(pause)


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
