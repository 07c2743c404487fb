"""Starts what runs beside the requests, and stops it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from alpine_core.errors import StoreError
from alpine_web.services import Services

CLEANING_SECONDS = 300.0

log = structlog.get_logger(__name__)


@asynccontextmanager
async def running_jobs(services: Services) -> AsyncIterator[None]:
    """Until the context ends, sessions that have ended are removed."""
    cleaning = asyncio.create_task(remove_ended_sessions(services))
    try:
        yield
    finally:
        cleaning.cancel()
        with suppress(asyncio.CancelledError):
            await cleaning


async def remove_ended_sessions(services: Services) -> None:
    """Again and again; a database that does not answer is tried again at the next turn."""
    while True:
        try:
            removed = await services.sessions.remove_expired(services.clock.now())
            log.debug("sessions_removed", count=removed)
        except StoreError as error:
            log.warning("sessions_not_removed", error=str(error))
        await asyncio.sleep(CLEANING_SECONDS)
