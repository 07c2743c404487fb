"""What must be done once, done by one of several generators: whoever leads, and after its end the next."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import structlog

from argo_core.errors import ArgoError
from argo_server.services import Leadership, Services

AFTER_FAILURE_SECONDS = 1.0

log = structlog.get_logger(__name__)

Work = Callable[[Services], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def leading(services: Services, work: Work) -> AsyncIterator[None]:
    """Until the context ends, `work` while this process leads; all the time where no other generator could."""
    if services.leadership is None:
        async with work(services):
            yield
        return
    task = asyncio.create_task(_again_and_again(services, services.leadership, work), name="leadership")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _again_and_again(services: Services, leadership: Leadership, work: Work) -> None:
    while True:
        try:
            await _lead_once(services, leadership, work)
        except ArgoError as error:
            log.warning("leadership_not_taken", error=str(error))
        except Exception:
            # A fault of ours must not end it in silence: said with its traceback, and tried again.
            log.exception("leadership_failed")
        await asyncio.sleep(AFTER_FAILURE_SECONDS)


async def _lead_once(services: Services, leadership: Leadership, work: Work) -> None:
    def wake() -> None:
        for courier in services.couriers:
            courier.wake()

    async with leadership.held(wake) as lost:
        log.info("leads")
        async with work(services):
            await lost()
    log.warning("leads_no_more")
