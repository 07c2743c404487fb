"""The one place where alerts are handed in: kept first, then told by every channel for itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from argo_core.alerts.routing import channels_for
from argo_core.errors import StoreError
from argo_core.model.alert import Alert, Delivery, Matter
from argo_core.pipeline.alert_line import AlertLine, Unkept
from argo_core.ports import Clock, Notifier
from argo_core.ports.alert_store import AlertStore

NAME = "alerts"
STORE_SECONDS = 5.0
MOST_UNKEPT = 1_000


class AlertDesk:
    """`ports.Notifier` that keeps each alert and wakes the channels: handing in takes as long as the database does, and
    nobody waits for a channel. While the database is away alerts are told from memory, and kept once it is back.

    `channels` by name; none of them is allowed: then alerts are kept, and `lines` is empty. `chance` in [0, 1).
    """

    def __init__(
        self, store: AlertStore, channels: Mapping[str, Notifier], clock: Clock, chance: Callable[[], float]
    ) -> None:
        self._store = store
        self._unkept: list[Unkept] = []
        self._remembered: dict[str, Matter] = {}
        self.lines = tuple(
            AlertLine(name, channel, store, clock, chance, self._unkept) for name, channel in channels.items()
        )

    @property
    def configured(self) -> tuple[str, ...]:
        """The channels that tell a person."""
        return tuple(line.name for line in self.lines)

    async def send(self, alert: Alert) -> Delivery:
        """Handed in: delivered means that it is kept, or that a channel has it in memory."""
        try:
            async with asyncio.timeout(STORE_SECONDS):
                channels = await self._store.keep(alert, self.configured)
        except (StoreError, TimeoutError) as error:
            return self._from_memory(alert, str(error) or "the database does not answer")
        self._wake()
        told = f"kept, to be told by {', '.join(channels)}" if channels else "kept: nothing new to tell"
        return Delivery(channel=NAME, delivered=True, detail=told)

    async def catch_up(self) -> None:
        """Keep what was told from memory, as far as the database takes it."""
        for one in list(self._unkept):
            if one.tasks:
                continue
            try:
                await self._store.recorded(one.alert, one.attempts, matter=True)
            except StoreError:
                return
            self._unkept.remove(one)
        if not self._unkept:
            self._remembered.clear()

    def _from_memory(self, alert: Alert, why: str) -> Delivery:
        before = self._remembered.get(alert.dedup_key)
        channels = channels_for(alert, before, self.configured)
        if alert.resolved and before is None:
            # Its beginning may be in the database that does not answer: better told once too often.
            channels = self.configured
        if channels and len(self._unkept) < MOST_UNKEPT:
            heard = (*channels, *(() if before is None else before.channels))
            self._remembered[alert.dedup_key] = Matter(alert=alert, channels=tuple(dict.fromkeys(heard)))
            self._unkept.append(Unkept(alert, dict.fromkeys(channels, 0)))
            self._wake()
            return Delivery(channel=NAME, delivered=True, detail=f"told from memory: {why}")
        known = before is not None and not channels
        return Delivery(channel=NAME, delivered=known, detail=f"not kept: {why}")

    def _wake(self) -> None:
        for line in self.lines:
            line.wake()
