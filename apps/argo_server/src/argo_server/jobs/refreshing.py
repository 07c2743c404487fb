"""What is asked beside the cycle for as long as a generator runs on a live market."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from argo_core.errors import ArgoError
from argo_server.services import LiveServices

LAST_SECONDS, AFTER_FAILURE_SECONDS = 5.0, 10.0

log = structlog.get_logger(__name__)


@asynccontextmanager
async def refreshing(live: LiveServices | None) -> AsyncIterator[None]:
    """Works until the context ends. A piece of work in hand is brought to its end then, with nobody to wait for any
    more: cancelled in the midst of a transaction it would leave the database waiting."""
    if live is None:
        yield
        return
    stopping = asyncio.Event()
    tasks = [
        asyncio.create_task(_again_and_again(name, work, stopping), name=f"refresh {name}")
        for name, work in live.work.items()
    ]
    streams = [asyncio.create_task(_follow(name, run), name=f"stream {name}") for name, run in live.streams.items()]
    try:
        yield
    finally:
        stopping.set()
        for stream in streams:  # they hold nothing that a cancellation could hurt
            stream.cancel()
        await asyncio.gather(*streams, return_exceptions=True)
        await live.hush()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=LAST_SECONDS)
            for task in late:
                log.error("refresh_not_ended", work=task.get_name())
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _again_and_again(name: str, work: Callable[[], Awaitable[float]], stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        try:
            pause = await work()
        except ArgoError as error:
            log.warning("refresh_failed", source=name, error=str(error))
            pause = AFTER_FAILURE_SECONDS
        except Exception:
            # A fault of ours must not end the work in silence: said with its traceback, and tried again.
            log.exception("refresh_failed", source=name)
            pause = AFTER_FAILURE_SECONDS
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), pause)


async def _follow(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Streams only make prices fresher: without one they are asked for as before."""
    try:
        await run()
    except ArgoError as error:
        log.warning("stream_ended", source=name, error=str(error))
    except Exception:
        log.exception("stream_ended", source=name)
