"""Executors asked how they stand for as long as a generator runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from argo_server.services import Services

log = structlog.get_logger(__name__)


@asynccontextmanager
async def watching_executors(services: Services, interval_seconds: float) -> AsyncIterator[None]:
    """A look at once, then every `interval_seconds`, until the context ends."""
    task = asyncio.create_task(_watch(services, interval_seconds), name="executor watch")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _watch(services: Services, interval_seconds: float) -> None:
    async def look() -> float:
        await services.executors.look()
        return interval_seconds

    while True:
        try:
            await services.jobs.run("executor watch", services.clock, look)
        except Exception:
            # A fault of ours must not end the watch in silence.
            log.exception("executor_watch_failed")
        await asyncio.sleep(interval_seconds)
