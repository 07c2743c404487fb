"""How the record and its deliveries stand, as the rules look at it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from alpine_core.errors import StoreError
from alpine_core.intake.log_lag import LogLags
from alpine_core.model import AlarmKind, MailState
from alpine_core.ports import AlarmShelf, Clock, DeliveryShelf, MailShelf, SignalShelf

RECENT = timedelta(hours=24)
"""An alarm stays open for a day: it is kept for ever."""
GIVEN_UP = timedelta(hours=1)
MOST = 1_000
MOST_OF_A_KIND = 10
"""So many alarms of a kind are told one by one, the rest of a day as one."""
_STATES = frozenset({AlarmKind.WITNESS_STALE, AlarmKind.MIRROR_BEHIND})
"""Alarms about what passes: rules of their own look at how it is now."""


@dataclass(frozen=True, slots=True)
class AlertLook:
    """`secrets_away` says why the store of secrets could not be read, "" if it was."""

    alarms: AlarmShelf
    logs: LogLags
    shelf: SignalShelf
    mails: MailShelf
    calls: DeliveryShelf
    clock: Clock
    silent_after: timedelta
    secrets_away: Callable[[], str] = lambda: ""

    async def found(self) -> dict[tuple[str, str], str]:
        """By rule and subject, why it is wrong; "" where it is right, without a subject where the rule is as a whole. A
        database that does not answer is found, never raised."""
        now = self.clock.now()
        found = {("secrets_away", ""): self.secrets_away()}
        try:
            found |= await self._stored(now)
        except StoreError as error:
            return {**found, ("database_away", ""): str(error)}
        return {**found, ("database_away", ""): ""}

    async def _stored(self, now: datetime) -> dict[tuple[str, str], str]:
        found = await self._alarms(now) | await self._logs(now)
        found[("ingest_silent", "")] = await self._silence(now)
        dead = len(await self.mails.mails(MailState.DEAD, MOST))
        found[("mails_dead", "")] = f"{dead} in the outbox: alpine mail list --state dead" if dead else ""
        calls = await self.calls.dead_since(now - GIVEN_UP)
        found[("webhooks_dead", "")] = f"{calls} in the last hour" if calls else ""
        return found

    async def _alarms(self, now: datetime) -> dict[tuple[str, str], str]:
        found, counts = {("integrity_alarm", ""): ""}, Counter[AlarmKind]()
        for alarm in await self.alarms.newest(MOST):
            if alarm.kind in _STATES or now - alarm.raised_at >= RECENT:
                continue
            counts[alarm.kind] += 1
            rest = counts[alarm.kind] > MOST_OF_A_KIND
            subject = f"{alarm.kind.value} and more" if rest else f"{alarm.kind.value} {alarm.subject}"
            words = f"at {alarm.raised_at:%Y-%m-%d %H:%M:%S} UTC: alpine alarms"
            found.setdefault(("integrity_alarm", subject), words)
        return found

    async def _logs(self, now: datetime) -> dict[tuple[str, str], str]:
        rules = ("log_halted", "mirror_behind", "witness_stale")
        found = dict.fromkeys([(rule, "") for rule in rules], "")
        for lag in await self.logs.all(now):
            halted = "look at the evidence: alpine alarms; then alpine ledger repin" if lag.halted else ""
            told = (("log_halted", halted), ("mirror_behind", lag.behind), ("witness_stale", lag.stale))
            found |= {(rule, lag.origin): words for rule, words in told}
        return found

    async def _silence(self, now: datetime) -> str:
        cursor = await self.shelf.newest_cursor()
        newest = await self.shelf.after(cursor - 1, 1) if cursor else ()
        if not newest or now - newest[-1].recorded_at <= self.silent_after:
            return ""
        return f"nothing since {newest[-1].recorded_at:%Y-%m-%d %H:%M:%S} UTC"
