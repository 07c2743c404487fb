"""One channel at work: tells what is kept for it, again after a failure, and never faster than it may."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import msgspec

from argo_core.alerts.channel_limit import ChannelLimit, told_next
from argo_core.errors import StoreError
from argo_core.model.alert import Attempt, Delivery, PendingAlert
from argo_core.model.backoff import Backoff
from argo_core.pipeline.untold_alerts import UntoldAlerts
from argo_core.ports import Clock, Notifier
from argo_core.ports.alert_store import AlertStore

BATCH = 200
SWEEP_SECONDS = 5.0
PATIENCE = timedelta(hours=24)
"""What a channel has not taken for so long is told no more: by then it misleads."""
LONGEST_ASKED_SECONDS = 600.0
HASTE_SECONDS = 0.25
"""How long what waits in memory waits for the answer of a database that gave none before."""
RETRY = Backoff(first_seconds=0.25, longest_seconds=4.0)


class AlertLine:
    """Runs by itself, so that a slow or silent channel delays no other. `untold` is shared with the desk."""

    def __init__(
        self,
        name: str,
        channel: Notifier,
        store: AlertStore,
        clock: Clock,
        chance: Callable[[], float],
        untold: UntoldAlerts,
        limit: ChannelLimit = ChannelLimit(),
    ) -> None:
        self.name = name
        self._channel, self._store, self._clock, self._chance = channel, store, clock, chance
        self._untold, self._limit = untold, limit
        self._told: deque[datetime] = deque(maxlen=limit.most)
        self._wake, self._hurry = asyncio.Event(), asyncio.Event()
        self._failures, self._leads = 0, True
        self._unnoted: dict[int, list[Attempt]] = {}
        self._newest = {alert.dedup_key: alert for alert in untold.told_by(name)}

    def lead(self, leads: bool) -> None:
        """Whether it tells what the database holds, from the next step on: of several processes one does."""
        self._leads = leads
        self.wake()

    def wake(self) -> None:
        """There is something to tell."""
        self._wake.set()

    def hurry(self) -> None:
        """There is something to tell from memory: it waits for no answer of the database."""
        self._hurry.set()
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
        self._hurry.clear()
        waiting = self._fresh()
        if not waiting:
            moves, stored = self._untold.moves, await self._stored()
            if self._untold.moves != moves or self._hurry.is_set():
                return 0.0  # what went to the database in between is on neither list; and what hurries comes first
            waiting = [*(stored if self._leads else ()), *self._untold.waiting(self.name)]
        room = self._limit.seconds_to_room(self._told, now)
        chosen = told_next(waiting, room=room == 0.0)
        if chosen is None:
            self._failures = 0
            return min(room, SWEEP_SECONDS) if waiting else SWEEP_SECONDS
        return await self._tell(chosen)

    async def _tell(self, chosen: PendingAlert) -> float:
        self._untold.telling(chosen.task, self.name)
        try:
            delivery = await self._channel.send(chosen.alert)
            await self._note(chosen, self._attempt(chosen, delivery))
        finally:
            self._untold.let_go(chosen.task, self.name)
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

    def _fresh(self) -> list[PendingAlert]:
        """While the database is away, what memory holds and nobody tried yet is told without asking it."""
        if not self._untold.away:
            return []
        waiting = self._untold.waiting(self.name)
        oldest = {one.alert.dedup_key: one for one in reversed(waiting)}.values()
        return waiting if any(one.attempts == 0 for one in oldest) else []

    async def _stored(self) -> list[PendingAlert]:
        """What the database holds for the channel; nothing where it does not answer, memory has something, or another
        process tells it."""
        if not self._leads and not self._unnoted:
            return []
        haste = self._untold.away and self._untold.waiting(self.name)
        look, hurry = asyncio.create_task(self._look()), asyncio.create_task(self._hurry.wait())
        try:
            seconds = HASTE_SECONDS if haste else None
            await asyncio.wait({look, hurry}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            return look.result() if look.done() else []
        finally:
            look.cancel()
            hurry.cancel()

    async def _look(self) -> list[PendingAlert]:
        with suppress(StoreError):
            await self._note_late()
        if not self._leads:
            return []
        try:
            waiting = await self._store.pending(self.name, BATCH)
        except StoreError:
            return []  # what it holds waits there; what it did not take is told from memory
        told = [tried for one in waiting if (tried := self._as_tried(one)) is not None]
        late = [one for number, one in enumerate(told) if self._overtaken(one) or _again(one, told[:number])]
        for one in late:
            await self._note(one, self._dropped())
        if len(waiting) < BATCH:
            here = self._untold.matters()
            self._newest = {key: at for key, at in self._newest.items() if key in here}
        return [one for one in told if one not in late and not self._untold.holds(one.alert, self.name)]

    def _as_tried(self, one: PendingAlert) -> PendingAlert | None:
        """With the tries that the database did not take; None after one that settled it."""
        tries = self._unnoted.get(one.task, [])
        if any(each.settled for each in tries):
            return None
        return msgspec.structs.replace(one, attempts=one.attempts + len(tries))

    def _overtaken(self, one: PendingAlert) -> bool:
        """The channel told something newer of its matter from memory, when nobody could see this one: telling it now
        would say the contrary of what is so. Or it told this one: it was kept although no answer came."""
        newest = self._newest.get(one.alert.dedup_key)
        return newest is not None and (one.alert.raised_at < newest.raised_at or one.alert == newest)

    def _dropped(self) -> Attempt:
        detail = "not told: this, or newer news of this matter, went out while the database was away"
        return Attempt(channel=self.name, delivered=False, settled=True, detail=detail, at=self._clock.now())

    async def _note_late(self) -> None:
        for task, attempts in list(self._unnoted.items()):
            while attempts:
                await self._store.attempted(task, attempts[0])
                del attempts[0]
            del self._unnoted[task]

    async def _note(self, pending: PendingAlert, attempt: Attempt) -> None:
        if pending.task < 0:
            if attempt.delivered:
                self._newest[pending.alert.dedup_key] = pending.alert
            await self._untold.noted(pending.task, attempt)
            return
        try:
            await self._store.attempted(pending.task, attempt)
        except StoreError:
            # A disk that is full is still read: without this the alert would be told for ever.
            self._unnoted.setdefault(pending.task, []).append(attempt)


def _again(one: PendingAlert, earlier: list[PendingAlert]) -> bool:
    """The same alert was kept twice: once without an answer, and again from memory."""
    return any(other.alert == one.alert for other in earlier)
