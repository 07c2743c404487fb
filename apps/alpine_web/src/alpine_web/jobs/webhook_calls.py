"""Makes the calls of webhooks that are due, many at a time: a receiver that is slow holds up nobody else."""

from __future__ import annotations

import asyncio

import structlog

from alpine_core.errors import StoreError
from alpine_core.model import DueDelivery
from alpine_web.services import Services

MOST_AT_ONCE = 32
LOOK_SECONDS = 1.0

log = structlog.get_logger(__name__)


async def make_calls(services: Services) -> None:
    """Again and again; what is under way when it is cancelled is made again when its claim has run out."""
    room = asyncio.Semaphore(MOST_AT_ONCE)
    async with asyncio.TaskGroup() as calls:
        while True:
            await room.acquire()
            due = await _claimed(services)
            if due is None:
                room.release()
                await asyncio.sleep(LOOK_SECONDS)
            else:
                calls.create_task(_make(services, due, room))


async def _claimed(services: Services) -> DueDelivery | None:
    try:
        return await services.notices.courier.claim()
    except StoreError as error:
        log.warning("job_failed", job="make_calls", error=str(error))
        return None


async def _make(services: Services, due: DueDelivery, room: asyncio.Semaphore) -> None:
    try:
        state = await services.notices.courier.make(due)
        services.metrics.count_webhook(state.value)
        log.info("webhook_called", delivery=due.delivery.delivery_id, attempts=due.delivery.attempts, state=state.value)
    except StoreError as error:
        log.warning("job_failed", job="make_calls", error=str(error))
    finally:
        room.release()
