"""Couriers at work for as long as a process runs."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import structlog

from argo_server.courier import Courier

LAST_SECONDS = 3.0

log = structlog.get_logger(__name__)


@asynccontextmanager
async def delivering(couriers: Sequence[Courier]) -> AsyncIterator[None]:
    """Runs the couriers until the context ends; then each offers once more what is left, for a few seconds at most.

    What is not delivered by then waits in the outbox for the next process.
    """
    tasks = [asyncio.create_task(courier.run(), name=f"courier {courier.status().receiver}") for courier in couriers]
    for task in tasks:
        task.add_done_callback(_report)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_SECONDS):
                await asyncio.gather(*(courier.finish() for courier in couriers))


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("courier_ended", courier=task.get_name(), error=repr(task.exception()))
