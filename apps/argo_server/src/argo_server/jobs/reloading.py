"""The configuration file watched for as long as a generator runs; SIGHUP asks for it too where the process is ours."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from argo_server.reloading import Reloader

WATCH_SECONDS = 1.0

log = structlog.get_logger(__name__)


@asynccontextmanager
async def reloading(
    reloader: Reloader, watch_seconds: float = WATCH_SECONDS, *, by_signal: bool = True
) -> AsyncIterator[None]:
    """Until the context ends. A reload in hand is finished first. `by_signal=False` leaves SIGHUP to whoever owns the
    process, or runs us in a thread of it."""
    asked, stopping = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    if by_signal:
        loop.add_signal_handler(signal.SIGHUP, asked.set)
    task = asyncio.create_task(_watch(reloader, asked, stopping, watch_seconds), name="settings watch")
    try:
        yield
    finally:
        if by_signal:
            loop.remove_signal_handler(signal.SIGHUP)
        stopping.set()
        asked.set()
        await asyncio.gather(task, return_exceptions=True)


async def _watch(reloader: Reloader, asked: asyncio.Event, stopping: asyncio.Event, seconds: float) -> None:
    while not stopping.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asked.wait(), seconds)
        if stopping.is_set():
            return
        if not asked.is_set() and not reloader.has_changed():
            continue
        asked.clear()
        try:
            await reloader.reload()
        except Exception:
            # A fault of ours must not end the watch in silence.
            log.exception("reload_failed")
