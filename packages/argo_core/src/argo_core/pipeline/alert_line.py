"""One channel at work: tells what is kept for it, again after a failure, and never faster than it may."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from argo_core.alerts.channel_limit import ChannelLimit, told_next
from argo_core.errors import StoreError
from argo_core.model.alert import Alert, Attempt, Delivery, PendingAlert
from argo_core.model.backoff import Backoff
from argo_core.ports import Clock, Notifier
from argo_core.ports.alert_store import AlertStore

BATCH = 200
SWEEP_SECONDS = 5.0
PATIENCE = timedelta(hours=24)
"""What a channel has not taken for so long is told no more: by then it misleads."""
LONGEST_ASKED_SECONDS = 600.0
RETRY = Backoff(first_seconds=0.25, longest_seconds=4.0)


@dataclass(eq=False, slots=True)
class Unkept:
    """An alert that the database did not take: it is told from memory. `tasks`: failed tries by waiting channel."""

    alert: Alert
    tasks: dict[str, int]
    attempts: list[Attempt] = field(default_factory=list)


class AlertLine:
    """Runs by itself, so that a slow or silent channel delays no other. `unkept` is shared with the desk."""

    def __init__(
        self,
        name: str,
        channel: Notifier,
        store: AlertStore,
        clock: Clock,
        chance: Callable[[], float],
        unkept: list[Unkept],
        limit: ChannelLimit = ChannelLimit(),
    ) -> None:
        self.name = name
        self._channel, self._store, self._clock, self._chance = channel, store, clock, chance
        self._unkept, self._limit = unkept, limit
        self._told: deque[datetime] = deque(maxlen=limit.most)
        self._wake = asyncio.Event()
        self._failures = 0
        self._unnoted: dict[int, list[Attempt]] = {}

    def wake(self) -> None:
        """There is something to tell."""
        self._wake.set()

    async def run(self) -> None:
        """Tell until cancelled. After a failure news does not shorten the wait: the channel may have asked for it."""
        while True:
            self._wake.clear()
            seconds = await self.step()
            if self._failures:
                await asyncio.sleep(seconds)
            elif seconds:
                await self._rest(seconds)

    async def step(self) -> float:
        """Tell one alert, if one may be told now; how many seconds to wait before the next step."""
        now = self._clock.now()
        waiting = (*self._from_memory(), *await self._stored())
        room = self._limit.seconds_to_room(self._told, now)
        chosen = told_next(waiting, room=room == 0.0)
        if chosen is None:
            self._failures = 0
            return min(room, SWEEP_SECONDS) if waiting else SWEEP_SECONDS
        delivery = await self._channel.send(chosen.alert)
        await self._note(chosen, self._attempt(chosen, delivery))
        if delivery.delivered:
            self._failures = 0
            self._told.append(self._clock.now())
            return 0.0
        if delivery.permanent:
            return 0.0
        self._failures += 1
        own = RETRY.wait_seconds(self._failures, self._chance())
        return max(own, min(delivery.retry_after or 0.0, LONGEST_ASKED_SECONDS))

    def _attempt(self, pending: PendingAlert, delivery: Delivery) -> Attempt:
        now = self._clock.now()
        late = now - pending.alert.raised_at > PATIENCE
        given_up = late and not delivery.delivered and not delivery.permanent
        return Attempt(
            channel=self.name,
            delivered=delivery.delivered,
            settled=delivery.delivered or delivery.permanent or given_up,
            detail=f"given up after a day: {delivery.detail}" if given_up else delivery.detail,
            at=now,
        )

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _stored(self) -> tuple[PendingAlert, ...]:
        with suppress(StoreError):
            await self._note_late()
        try:
            waiting = await self._store.pending(self.name, BATCH)
        except StoreError:
            return ()  # what it holds waits there; what it did not take is told from memory
        return tuple(one for one in waiting if one.task not in self._unnoted)

    async def _note_late(self) -> None:
        for task, attempts in list(self._unnoted.items()):
            while attempts:
                await self._store.attempted(task, attempts[0])
                del attempts[0]
            del self._unnoted[task]

    def _from_memory(self) -> list[PendingAlert]:
        """Numbered below every stored task, by their places."""
        return [
            PendingAlert(task=place - len(self._unkept), alert=one.alert, attempts=one.tasks[self.name])
            for place, one in enumerate(self._unkept)
            if self.name in one.tasks
        ]

    async def _note(self, pending: PendingAlert, attempt: Attempt) -> None:
        if pending.task > 0:
            try:
                await self._store.attempted(pending.task, attempt)
            except StoreError:
                # A disk that is full is still read: without this the alert would be told for ever.
                self._unnoted.setdefault(pending.task, []).append(attempt)
            return
        one = next(each for each in self._unkept if each.alert is pending.alert)
        one.attempts.append(attempt)
        one.tasks[self.name] += 1
        if attempt.settled:
            del one.tasks[self.name]
