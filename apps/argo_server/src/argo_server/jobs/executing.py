"""The executor at work for as long as its process runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from argo_core.errors import ArgoError
from argo_core.pipeline.executor import Executor
from argo_server.courier import Courier

AGAIN_SECONDS = 1.0

log = structlog.get_logger(__name__)


@asynccontextmanager
async def executing(executor: Executor, courier: Courier) -> AsyncIterator[None]:
    """Decides and places signals as they come until the context ends; what is accepted by then waits in the inbox."""
    task = asyncio.create_task(_execute(executor, courier), name="executor")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _execute(executor: Executor, courier: Courier) -> None:
    while True:
        await executor.wait_for_work()
        try:
            await executor.work()
        except ArgoError as error:
            log.error("execution_failed", error=str(error))
            await _again(executor)
        except Exception:
            # A fault of ours in one signal must not stop the loop in silence: said, and tried again.
            log.exception("execution_failed")
            await _again(executor)
        courier.wake()


async def _again(executor: Executor) -> None:
    await asyncio.sleep(AGAIN_SECONDS)
    executor.remember_work()
