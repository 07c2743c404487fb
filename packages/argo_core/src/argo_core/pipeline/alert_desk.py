"""The one place where alerts are handed in: kept first, then told by every channel for itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from argo_core.alerts.routing import channels_for
from argo_core.errors import StoreError
from argo_core.model.alert import Alert, Delivery, Matter
from argo_core.model.untold_alert import UntoldAlert
from argo_core.pipeline.alert_line import AlertLine
from argo_core.pipeline.timed_alerts import STORE_SECONDS, TimedAlerts
from argo_core.pipeline.untold_alerts import UntoldAlerts
from argo_core.ports import Clock, Notifier
from argo_core.ports.alert_spare import AlertSpare
from argo_core.ports.alert_store import AlertStore

NAME = "alerts"


class AlertDesk:
    """`ports.Notifier` that keeps each alert and wakes the channels: handing in takes as long as the database does, 5 s
    at most, and nobody waits for a channel. While the database is away alerts wait in memory and in the spare place
    and are told from there; they move to the database once it is back, with what is still to be told of them. Until
    then later news of the same matter take the same path, so that they stay in order.

    Of several processes on one database one leads, and its channels tell what the database holds. Each tells what waits
    in its own memory, and moves it. Who is not told otherwise leads.

    `channels` by name; none of them is allowed: then alerts are kept, and `lines` is empty. `chance` in [0, 1).
    `left` is what an earlier process left in `spare`.
    """

    def __init__(
        self,
        store: AlertStore,
        channels: Mapping[str, Notifier],
        clock: Clock,
        chance: Callable[[], float],
        *,
        spare: AlertSpare | None = None,
        left: Iterable[UntoldAlert] = (),
        store_seconds: float = STORE_SECONDS,
    ) -> None:
        self._store = TimedAlerts(store, store_seconds)
        self._untold = UntoldAlerts(left, spare)
        self._leads = True
        self.lines = tuple(
            AlertLine(name, channel, self._store, clock, chance, self._untold) for name, channel in channels.items()
        )

    @property
    def configured(self) -> tuple[str, ...]:
        """The channels that tell a person."""
        return tuple(line.name for line in self.lines)

    def matters(self) -> Mapping[str, Matter]:
        """By its key, where each matter stands by what waits here for the database."""
        return self._untold.matters()

    def lead(self, leads: bool) -> None:
        """Whether the channels here tell what the database holds, from now on."""
        self._leads = leads
        for line in self.lines:
            line.lead(leads)

    async def send(self, alert: Alert) -> Delivery:
        """Handed in: delivered means that it is kept, or that a channel has it in memory."""
        if self._untold.away or self._untold.matter(alert.dedup_key) is not None:
            return await self._from_memory(alert, "the database has not taken what came before")
        try:
            channels = await self._store.keep(alert, self.configured)
        except StoreError as error:
            self._untold.away = True
            return await self._from_memory(alert, str(error))
        for line in self.lines:
            line.wake()
        told = f"kept, to be told by {', '.join(channels)}" if channels else "kept: nothing new to tell"
        return Delivery(channel=NAME, delivered=True, detail=told)

    async def catch_up(self) -> None:
        """Move what waits in memory to the database, as far as it takes it. Afterwards it is asked first again."""
        if self._untold.away:
            try:  # before anything is closed to the channels: a silent database must not delay them
                await self._store.pending(NAME, 1)
            except StoreError:
                self._untold.stays()
                return
        while (one := self._untold.take_oldest()) is not None:
            try:
                await self._move(one)
            except StoreError:
                self._untold.stays()
                return
            await self._untold.moved()
            for line in self.lines:
                line.wake()
        if not self._untold:
            self._untold.away = False

    async def _move(self, one: UntoldAlert) -> None:
        if one.held:
            await self._store.keep(one.alert, self.configured)
        else:
            await self._store.recorded(one.alert, one.attempts, matter=True, waiting=one.waiting)

    async def _from_memory(self, alert: Alert, why: str) -> Delivery:
        before = self._untold.matter(alert.dedup_key)
        channels = channels_for(alert, before, self.configured)
        # Its beginning may be in the database that does not answer: better told once too often, where nobody else may
        # still tell the beginning.
        unknown = alert.resolved and before is None
        if unknown and self._leads:
            channels = self.configured
        if (channels or unknown) and self.configured and not self._untold.full:
            await self._untold.add(alert, channels)
            for line in self.lines:
                line.hurry()
            told = "told from memory" if channels else "waits for the database, which knows its beginning"
            return Delivery(channel=NAME, delivered=True, detail=f"{told}: {why}")
        known = before is not None and not channels
        return Delivery(channel=NAME, delivered=known, detail=f"not kept: {why}")
