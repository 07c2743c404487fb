"""What stands and what waits to be told: in the storage, and in a spare place while that does not answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime

from alpine_core.alerts.rules import Found, judged
from alpine_core.alerts.spare_alerts import SpareAlerts
from alpine_core.alerts.telling import waiting
from alpine_core.errors import StoreError
from alpine_core.model.alert_delivery import AlertEnd, DueAlert, KeptAlert
from alpine_core.model.operator_alert import OperatorAlert
from alpine_core.ports.operator_alerts import OperatorAlerts, SparePlace

DATABASE_AWAY = ("database_away", "")


class AlertDesk:
    """One per process; processes share the storage. That the storage is away is itself an alert, so what is found then
    waits in memory and in the spare place, and moves to the storage once it answers: a kill in between loses nothing.
    Of processes that share a spare place the one that holds it does this; where none can hold it, each does.
    """

    def __init__(
        self, store: OperatorAlerts, place: SparePlace, say: Callable[[str], None] = lambda problem: None
    ) -> None:
        """`say` is told what is wrong with the spare place, each problem once."""
        self._store, self._place, self._say = store, place, say
        self._said = set[str]()
        self._spare = SpareAlerts({})
        self._holds = False
        self._moving = False
        self._ends: deque[tuple[str, str, AlertEnd]] = deque()

    async def judge(self, found: Found, channels: Iterable[str], now: datetime) -> tuple[OperatorAlert, ...]:
        """What begins and what is over by this look, kept for these channels. A look that found the storage away does
        not ask it again; nothing then where another process tells. Raises KeyError for no rule of ours."""
        alone = bool(found.get(DATABASE_AWAY))
        if alone and not self._held():
            return ()
        standing = await self._spared().standing() if alone else await self._standing()
        _, alerts = judged(standing, found, now)
        names = tuple(channels)
        return tuple([one for one in alerts if await self._keep(waiting(one, names, now), alone=alone)])

    async def answers(self) -> bool:
        """Whether the storage does. If it does, what memory held is in it."""
        try:
            await self._agree()
        except StoreError:
            return False
        return True

    async def matters(self) -> frozenset[tuple[str, str]]:
        """What stands, as far as this process knows: rules and subjects."""
        return frozenset(await self._spared().standing())

    async def newest(self, limit: int) -> tuple[KeptAlert, ...]:
        """As `ports.AlertShelf` gives them. Raises StoreError."""
        return await self._store.newest(limit)

    async def settle(self) -> None:
        """What memory holds goes to the storage. Raises StoreError while that does not answer."""
        if self._moving:
            return
        self._moving = True
        try:
            while (spare := self._spared()).kept:
                first = spare.kept[0]
                if not await self._store.keep(first):
                    # It was kept after nobody waited any longer, or another found the same: then it is not known there.
                    await self._bring_ends(first)
                spare.drop_first()
                self._save()
        finally:
            self._moving = False
        await self._note_ends()

    async def claim(self, channel: str, now: datetime, until: datetime) -> DueAlert | None:
        """What the channel tells next. Never raises: while the storage does not answer, what memory holds is told."""
        if self._moving:
            return None
        due = await self._spared().claim(channel, now, until)
        if due is not None:
            self._save()
            return due
        with suppress(StoreError):
            # First: what memory told already may wait in the storage, which kept it too late.
            await self.settle()
            return await self._store.claim(channel, now, until)
        return None

    async def end(self, alert_id: str, channel: str, end: AlertEnd) -> None:
        """How the attempt ended. Never raises: what cannot be noted now is noted later."""
        spare = self._spared()
        if spare.knows(alert_id) and not self._moving:
            await spare.end(alert_id, channel, end)
            self._save()
            return
        self._ends.append((alert_id, channel, end))
        if not self._moving:
            with suppress(StoreError):
                await self._note_ends()

    async def _standing(self) -> dict[tuple[str, str], str]:
        with suppress(StoreError):
            await self._agree()
        return await self._spared().standing()

    async def _agree(self) -> None:
        """What stands in the storage stands here too: by then whoever looks may have ended what this process found."""
        await self.settle()
        standing = await self._store.standing()
        if not self._spared().kept:
            self._spare = SpareAlerts(standing)

    async def _keep(self, kept: KeptAlert, *, alone: bool) -> bool:
        if not alone:
            with suppress(StoreError):
                done = await self._store.keep(kept)
                self._spared().remember(kept.alert)
                return done
            if not self._held():
                return False  # whoever holds the place finds that the storage is away; the rest is found again
        done = await self._spared().keep(kept)
        self._save()
        return done

    def _spared(self) -> SpareAlerts:
        """What this process has in memory; with what one before it left, from when it holds the place."""
        self._held()
        return self._spare

    def _held(self) -> bool:
        if self._holds:
            return True
        try:
            self._holds = self._place.hold()
            if self._holds:
                self._spare.take(self._place.load())
        except StoreError as error:
            # A place that cannot be used costs what a kill before the storage answers would lose, and nothing else.
            self._wrong(error)
            self._holds = True
        return self._holds

    def _save(self) -> None:
        try:
            self._place.save(self._spare.kept)
        except StoreError as error:
            self._wrong(error)

    def _wrong(self, error: StoreError) -> None:
        if str(error) not in self._said:
            self._said.add(str(error))
            self._say(str(error))

    async def _bring_ends(self, kept: KeptAlert) -> None:
        for one in kept.deliveries:
            if one.attempts:
                end = AlertEnd(state=one.state, next_at=one.next_at, detail=one.detail)
                await self._store.end(kept.alert.alert_id, one.channel, end)

    async def _note_ends(self) -> None:
        while self._ends:
            first = self._ends.popleft()
            try:
                await self._store.end(*first)
            except StoreError:
                self._ends.appendleft(first)
                raise
