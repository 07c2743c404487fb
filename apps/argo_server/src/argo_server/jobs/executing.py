"""The executor at work for as long as its process runs: recovered first, then signals, checks, the venue's news."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from argo_core.backtest.pass_watch import PassWatch
from argo_core.errors import ArgoError
from argo_server.services import ExecutorServices

AGAIN_SECONDS = 1.0
JUDGE_SECONDS = 10.0

log = structlog.get_logger(__name__)


@asynccontextmanager
async def executing(services: ExecutorServices, check_seconds: float) -> AsyncIterator[None]:
    """Works until the context ends; what is accepted by then waits in the inbox. The account is looked at every
    `check_seconds`."""
    task = asyncio.create_task(_run(services, check_seconds), name="executor")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _run(services: ExecutorServices, check_seconds: float) -> None:
    await _recover(services)
    async with asyncio.TaskGroup() as group:
        group.create_task(_work(services), name="executor work")
        group.create_task(_check(services, check_seconds), name="executor checks")
        if services.passing is not None:
            group.create_task(_judge(services.passing), name="chance of passing")
        if services.follow is not None:
            group.create_task(_follow(services, services.follow), name="executor stream")


async def _recover(services: ExecutorServices) -> None:
    """As often as it takes: until it succeeds nothing is traded."""
    while True:
        if await _attempt("recovery_failed", services.minder.recover):
            log.info("executor_recovered", executor=services.role.executor_id)
            return
        log.error("not_recovered", error=services.minder.status().error)
        await asyncio.sleep(AGAIN_SECONDS)


async def _work(services: ExecutorServices) -> None:
    executor = services.executor
    while True:
        await executor.wait_for_work()
        if await _attempt("execution_failed", executor.work) is None:
            await asyncio.sleep(AGAIN_SECONDS)
            executor.remember_work()
        services.courier.wake()


async def _check(services: ExecutorServices, check_seconds: float) -> None:
    while True:
        await asyncio.sleep(check_seconds)
        await _attempt("check_failed", services.minder.check)
        services.courier.wake()


async def _follow(
    services: ExecutorServices, follow: Callable[[Callable[[], Awaitable[object]]], Awaitable[None]]
) -> None:
    """The stream only makes it faster: without it the checks find the same."""
    while True:
        await _attempt("stream_failed", lambda: follow(services.minder.check))
        await asyncio.sleep(AGAIN_SECONDS)


async def _judge(passing: PassWatch) -> None:
    """What it takes is done in a process of its own: orders come first."""
    while True:
        await _attempt("chance_not_worked_out", passing.step)
        await asyncio.sleep(JUDGE_SECONDS)


async def _attempt(event: str, call: Callable[[], Awaitable[object]]) -> object:
    """What `call` answers; None where it failed, which is said."""
    try:
        return await call()
    except ArgoError as error:
        log.error(event, error=str(error))
    except Exception:
        # A fault of ours in one turn must not stop the loop in silence: said, and tried again.
        log.exception(event)
    return None
