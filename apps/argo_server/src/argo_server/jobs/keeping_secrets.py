"""Secrets looked at again and again for as long as a process runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from argo_core.pipeline.keep_secrets import SecretKeeper, SecretWatch
from argo_core.ports import Clock, Notifier

log = structlog.get_logger(__name__)


@asynccontextmanager
async def keeping_secrets(
    secrets: SecretKeeper, notifier: Notifier, clock: Clock, seconds: float, source: str = "argo-generator"
) -> AsyncIterator[None]:
    """A look at once, then every `seconds`, until the context ends; nothing where no store is asked."""
    if not secrets.keeps:
        yield
        return
    watch = SecretWatch(secrets, notifier, clock, source)
    task = asyncio.create_task(_look(watch, seconds), name="secrets")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _look(watch: SecretWatch, seconds: float) -> None:
    while True:
        try:
            changed, why = await watch.look()
            if why:
                log.error("secrets_away", why=why, used="those that are in force")
            elif changed:
                log.info("secrets_rotated", names=list(changed))
        except Exception:
            # A fault of ours must not end the watch in silence.
            log.exception("secrets_failed")
        await asyncio.sleep(seconds)
