"""How the record and its deliveries stand, as the rules look at it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alpine_core.errors import StoreError
from alpine_core.model import AlarmKind, MailState
from alpine_core.ports import AlarmShelf, Clock, LogMirror, MailShelf, SignalShelf, WitnessStore

FRESHNESS = timedelta(minutes=5)
"""A log that is alive sends a checkpoint every minute."""
RECENT = timedelta(hours=24)
"""An alarm stays open for a day: it is kept for ever."""
GIVEN_UP = timedelta(hours=1)
MOST = 1_000
_STALE = frozenset({AlarmKind.WITNESS_STALE, AlarmKind.MIRROR_BEHIND})


@dataclass(slots=True)
class AlertLook:
    """`given_up` counts webhooks' calls that ended dead since the process started; `secrets_away` says why the store of
    secrets could not be read, "" if it was."""

    alarms: AlarmShelf
    states: WitnessStore
    mirror: LogMirror
    shelf: SignalShelf
    mails: MailShelf
    given_up: Callable[[], int]
    clock: Clock
    silent_after: timedelta
    secrets_away: Callable[[], str] = lambda: ""
    _counts: deque[tuple[datetime, int]] = field(default_factory=deque)

    async def found(self) -> dict[tuple[str, str], str]:
        """By rule and subject, why it is wrong; "" where it is right. A database that does not answer is found, never
        raised."""
        now = self.clock.now()
        found = {("webhooks_dead", ""): self._webhooks(now), ("secrets_away", ""): self.secrets_away()}
        try:
            found |= await self._stored(now)
        except StoreError as error:
            return {**found, ("database_away", ""): str(error)}
        return {**found, ("database_away", ""): ""}

    async def _stored(self, now: datetime) -> dict[tuple[str, str], str]:
        found = await self._alarms(now) | await self._witness(now)
        found[("ingest_silent", "")] = await self._silence(now)
        dead = len(await self.mails.mails(MailState.DEAD, MOST))
        found[("mails_dead", "")] = f"{dead} in the outbox: alpine mail list --state dead" if dead else ""
        return found

    async def _alarms(self, now: datetime) -> dict[tuple[str, str], str]:
        found = {("integrity_alarm", kind.value): "" for kind in AlarmKind if kind not in _STALE}
        for alarm in await self.alarms.newest(MOST):
            place = ("integrity_alarm", alarm.kind.value)
            if place in found and now - alarm.raised_at < RECENT and not found[place]:
                found[place] = f"{alarm.subject} at {alarm.raised_at:%Y-%m-%d %H:%M:%S} UTC: alpine alarms"
        return found

    async def _witness(self, now: datetime) -> dict[tuple[str, str], str]:
        found = {}
        for origin in await self.states.origins():
            kept = await self.mirror.checkpoint(origin)
            stale = kept is not None and now - kept.received_at > FRESHNESS
            words = f"nothing since {kept.received_at:%Y-%m-%d %H:%M:%S} UTC" if stale and kept is not None else ""
            found[("witness_stale", origin)] = words
        return found

    async def _silence(self, now: datetime) -> str:
        cursor = await self.shelf.newest_cursor()
        newest = await self.shelf.after(cursor - 1, 1) if cursor else ()
        if not newest or now - newest[-1].recorded_at <= self.silent_after:
            return ""
        return f"nothing since {newest[-1].recorded_at:%Y-%m-%d %H:%M:%S} UTC"

    def _webhooks(self, now: datetime) -> str:
        self._counts.append((now, self.given_up()))
        while now - self._counts[0][0] > GIVEN_UP:
            self._counts.popleft()
        dead = self._counts[-1][1] - self._counts[0][1]
        return f"{dead} in the last hour" if dead else ""
