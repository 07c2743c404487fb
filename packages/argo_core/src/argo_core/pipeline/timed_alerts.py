"""Alerts' part of the database with a limit: one that says nothing holds up nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine, Sequence
from typing import Any, TypeVar

from argo_core.errors import StoreError
from argo_core.model.alert import Alert, Attempt, PendingAlert
from argo_core.ports.alert_store import AlertStore

T = TypeVar("T")
STORE_SECONDS = 5.0


class TimedAlerts:
    """`ports.AlertStore`: what has no answer after `seconds` raises StoreError. Whether it was done is not known then.

    The question is left to end by itself: to cancel one at a server that hangs takes as long as that likes.
    """

    def __init__(self, store: AlertStore, seconds: float = STORE_SECONDS) -> None:
        self._store, self._seconds = store, seconds
        self._left: set[asyncio.Task[Any]] = set()

    async def keep(self, alert: Alert, configured: Collection[str]) -> tuple[str, ...]:
        return await self._answer(self._store.keep(alert, configured))

    async def pending(self, channel: str, limit: int) -> tuple[PendingAlert, ...]:
        return await self._answer(self._store.pending(channel, limit))

    async def attempted(self, task: int, attempt: Attempt) -> None:
        await self._answer(self._store.attempted(task, attempt))

    async def recorded(
        self, alert: Alert, attempts: Sequence[Attempt], *, matter: bool, waiting: Collection[str] = ()
    ) -> None:
        await self._answer(self._store.recorded(alert, attempts, matter=matter, waiting=waiting))

    async def _answer(self, question: Coroutine[Any, Any, T]) -> T:
        task = asyncio.create_task(question)
        try:
            await asyncio.wait({task}, timeout=self._seconds)
            if task.done():
                return task.result()
        finally:
            if not task.done():
                self._leave(task)
        raise StoreError(f"the database says nothing for {self._seconds:g} s: look whether it runs")

    def _leave(self, task: asyncio.Task[Any]) -> None:
        task.cancel()
        self._left.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._left.discard(task)
        if not task.cancelled():
            task.exception()  # heard: nobody waits for it any more
