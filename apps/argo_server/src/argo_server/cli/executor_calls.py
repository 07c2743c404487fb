"""A command's word with executors: their processes are asked over HTTP, as any machine is that holds the key."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

from argo_core.errors import ArgoError, Unavailable
from argo_core.pipeline.executor_line import ExecutorLine
from argo_core.pipeline.executor_watch import HaltOutcome, named_executors
from argo_server.settings import Settings, executor_role, load_settings, names_executor
from argo_server.wiring.executor_lines import open_executor_line, open_own_line

T = TypeVar("T")


def ask_executor(executor_id: str | None, call: Callable[[ExecutorLine], Awaitable[T]]) -> T:
    """The answer of the process whose configuration this is; `executor_id` names another that the file knows."""
    settings = load_settings()

    async def run() -> T:
        async with _line(settings, executor_id) as line:
            return await call(line)

    return asyncio.run(run())


def halt_executors(target: str, reason: str, by: str) -> tuple[HaltOutcome, ...]:
    """The kill switch for one executor or all, side by side: none waits for another."""
    settings = load_settings()
    names = named_executors(target, settings.file.distribution.executors) or (target,)

    async def run() -> tuple[HaltOutcome, ...]:
        return tuple(await asyncio.gather(*(_halt(settings, name, reason, by) for name in names)))

    return asyncio.run(run())


async def _halt(settings: Settings, name: str, reason: str, by: str) -> HaltOutcome:
    try:
        async with _line(settings, name) as line:
            done = await line.halt(reason, by)
    except Unavailable as silent:
        if not names_executor(settings, name):
            return HaltOutcome(executor_id=name, halted=False, error=str(silent))
        # Its process does not run: what is recorded now is what its next start finds.
        from argo_server.wiring.executor_records import halt_stopped_executor

        try:
            halt = await halt_stopped_executor(executor_role(settings, name), reason, by)
        except ArgoError as error:
            return HaltOutcome(executor_id=name, halted=False, error=f"{silent}; {error}")
        return HaltOutcome(executor_id=name, halted=True, halt_id=halt.halt_id, flat=False)
    except ArgoError as error:
        return HaltOutcome(executor_id=name, halted=False, error=str(error))
    return HaltOutcome(executor_id=name, halted=True, halt_id=done.halt.halt_id, flat=done.flat)


def _line(settings: Settings, executor_id: str | None) -> AbstractAsyncContextManager[ExecutorLine]:
    if executor_id is None or names_executor(settings, executor_id):
        return open_own_line(executor_role(settings, executor_id))
    return open_executor_line(settings, executor_id)
