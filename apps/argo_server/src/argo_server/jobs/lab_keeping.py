"""The lab looked after for as long as a generator runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from argo_core.backtest.lab.desk import LabDesk
from argo_core.errors import StoreError

INTERVAL_SECONDS = 0.5

log = structlog.get_logger(__name__)


@asynccontextmanager
async def keeping_lab(desk: LabDesk) -> AsyncIterator[None]:
    """A look at the runs twice a second until the context ends; with no workers configured nothing is looked at."""
    task = asyncio.create_task(_keep(desk), name="lab")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _keep(desk: LabDesk) -> None:
    while desk.most:
        try:
            await desk.step()
        except StoreError as error:
            log.warning("lab_not_reached", error=str(error))
        except Exception:
            # A fault of ours must not end the look in silence.
            log.exception("lab_failed")
        await asyncio.sleep(INTERVAL_SECONDS)
