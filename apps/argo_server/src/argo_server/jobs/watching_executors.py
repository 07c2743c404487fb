"""Executors asked how they stand for as long as a generator runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from argo_core.pipeline.executor_watch import ExecutorWatch

log = structlog.get_logger(__name__)


@asynccontextmanager
async def watching_executors(watch: ExecutorWatch, interval_seconds: float) -> AsyncIterator[None]:
    """A look at once, then every `interval_seconds`, until the context ends."""
    task = asyncio.create_task(_watch(watch, interval_seconds), name="executor watch")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _watch(watch: ExecutorWatch, interval_seconds: float) -> None:
    while True:
        try:
            await watch.look()
        except Exception:
            # A fault of ours must not end the watch in silence.
            log.exception("executor_watch_failed")
        await asyncio.sleep(interval_seconds)
