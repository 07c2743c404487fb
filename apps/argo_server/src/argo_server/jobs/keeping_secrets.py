"""Secrets looked at again and again for as long as a generator runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from argo_core.errors import StoreError
from argo_core.pipeline.keep_secrets import SecretKeeper, secrets_alert
from argo_core.ports import Clock, Notifier

log = structlog.get_logger(__name__)


@asynccontextmanager
async def keeping_secrets(
    keeper: SecretKeeper, notifier: Notifier, clock: Clock, seconds: float
) -> AsyncIterator[None]:
    """A look at once, then every `seconds`, until the context ends; nothing where no store is asked."""
    if not keeper.keeps:
        yield
        return
    task = asyncio.create_task(_look(keeper, notifier, clock, seconds), name="secrets")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _look(keeper: SecretKeeper, notifier: Notifier, clock: Clock, seconds: float) -> None:
    away = False
    while True:
        try:
            away = await _looked(keeper, notifier, clock, away)
        except Exception:
            # A fault of ours must not end the watch in silence.
            log.exception("secrets_failed")
        await asyncio.sleep(seconds)


async def _looked(keeper: SecretKeeper, notifier: Notifier, clock: Clock, was_away: bool) -> bool:
    """Whether the store was away."""
    try:
        changed = await keeper.look()
    except StoreError as error:
        log.error("secrets_away", why=str(error), used="those that are in force")
        await notifier.send(secrets_alert(str(error), clock.now()))
        return True
    if changed:
        log.info("secrets_rotated", names=list(changed))
    if was_away:
        await notifier.send(secrets_alert("", clock.now()))
    return False
