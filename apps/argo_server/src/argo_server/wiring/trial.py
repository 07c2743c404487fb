"""A round trip to the configured distributor."""

from __future__ import annotations

import time

import httpx

from argo_core.adapters.http import Trial, try_distributor
from argo_core.adapters.system_clock import SystemClock
from argo_server.settings import Settings
from argo_server.wiring.distributor import distributor_sender


async def try_sync(settings: Settings) -> Trial:
    """Ask the distributor with our key. Raises ConfigError without a key, StoreError if it does not work."""
    async with httpx.AsyncClient() as client:
        return await try_distributor(distributor_sender(settings.file, client, SystemClock()), time.perf_counter)
