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


class WebhookCalls:
    """One per process. Calls go on over the turns; what is under way at the end is made again when its claim has run
    out."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(MOST_AT_ONCE)
        self._under_way: set[asyncio.Task[None]] = set()
        self._broken: list[Exception] = []

    async def make_calls(self, services: Services) -> None:
        """One turn: what is due is begun. Raises StoreError, and an ExceptionGroup of whatever has broken calls."""
        while True:
            if self._broken:
                broken, self._broken = self._broken, []
                raise ExceptionGroup("calls of webhooks broke", broken)
            await self._room.acquire()
            try:
                due = await services.notices.courier.claim()
            except BaseException:
                self._room.release()
                raise
            if due is None:
                self._room.release()
                return
            call = asyncio.create_task(self._make(services, due))
            self._under_way.add(call)
            call.add_done_callback(self._under_way.discard)

    async def close(self) -> None:
        """End what is under way."""
        under_way = tuple(self._under_way)
        for each in under_way:
            each.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def _make(self, services: Services, due: DueDelivery) -> None:
        try:
            state = await services.notices.courier.make(due)
            services.metrics.count_webhook(state.value)
            tries = due.delivery.attempts
            log.info("webhook_called", delivery=due.delivery.delivery_id, attempts=tries, state=state.value)
        except StoreError as error:
            log.warning("webhook_not_noted", delivery=due.delivery.delivery_id, error=str(error))
        except Exception as error:  # noqa: BLE001 - a fault of ours: the next turn tells of it
            self._broken.append(error)
        finally:
            self._room.release()
