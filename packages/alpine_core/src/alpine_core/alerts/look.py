"""How the record and its deliveries stand, as the rules look at it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from alpine_core.alerts.rules import MORE, gathered
from alpine_core.errors import StoreError
from alpine_core.intake.log_lag import LogLags
from alpine_core.model import AlarmKind, MailState
from alpine_core.model.integrity_check import FULL, LATE
from alpine_core.ports import AlarmShelf, Clock, DeliveryShelf, IntegrityShelf, MailShelf, SignalShelf

RECENT = timedelta(hours=24)
"""An alarm stays open for a day: it is kept for ever."""
GIVEN_UP = timedelta(hours=1)
MOST = 1_000
_STATES = frozenset({AlarmKind.AUDIT_FINDING, AlarmKind.WITNESS_STALE, AlarmKind.MIRROR_BEHIND})
"""Alarms about what passes: rules of their own look at how it is now."""
Matters = Collection[tuple[str, str]]
"""Rules and subjects."""


@dataclass(frozen=True, slots=True)
class AlertLook:
    """`checked_nightly`: whether a full check is expected in each night; `secrets_away` says why the store of secrets
    could not be read, "" if it was."""

    alarms: AlarmShelf
    checks: IntegrityShelf
    logs: LogLags
    shelf: SignalShelf
    mails: MailShelf
    calls: DeliveryShelf
    clock: Clock
    silent_after: timedelta
    checked_nightly: bool = True
    secrets_away: Callable[[], str] = lambda: ""

    async def found(self, standing: Matters = ()) -> dict[tuple[str, str], str]:
        """By rule and subject, why it is wrong; "" where it is right, without a subject where the rule is as a whole. A
        database that does not answer is found, never raised. `standing`: what was wrong before; of many matters of a
        rule those stay that stand."""
        now = self.clock.now()
        found = {("secrets_away", ""): self.secrets_away()}
        try:
            found |= await self._stored(now, standing)
        except StoreError as error:
            return {**found, ("database_away", ""): str(error)}
        return {**found, ("database_away", ""): ""}

    async def _stored(self, now: datetime, standing: Matters) -> dict[tuple[str, str], str]:
        found = await self._alarms(now, standing) | await self._damage(standing) | await self._logs(now)
        found[("integrity_late", "")] = await self._lateness(now)
        found[("ingest_silent", "")] = await self._silence(now)
        dead = len(await self.mails.mails(MailState.DEAD, MOST))
        found[("mails_dead", "")] = f"{dead} in the outbox: alpine mail list --state dead" if dead else ""
        calls = await self.calls.dead_since(now - GIVEN_UP)
        found[("webhooks_dead", "")] = f"{calls} in the last hour" if calls else ""
        return found

    async def _alarms(self, now: datetime, standing: Matters) -> dict[tuple[str, str], str]:
        found, kinds = {("integrity_alarm", ""): ""}, dict[AlarmKind, dict[str, str]]()
        for one in await self.alarms.subjects_since(now - RECENT, MOST):
            if one.kind not in _STATES:
                words = f"at {one.raised_at:%Y-%m-%d %H:%M:%S} UTC: alpine alarms"
                kinds.setdefault(one.kind, {})[f"{one.kind.value} {one.subject}"] = words
        for kind, subjects in kinds.items():
            rest = f"{kind.value} {MORE}"
            for subject in gathered(subjects, _subjects("integrity_alarm", standing), rest):
                found[("integrity_alarm", subject)] = subjects.get(subject, f"{len(subjects)} in a day: alpine alarms")
        return found

    async def _damage(self, standing: Matters) -> dict[tuple[str, str], str]:
        found, rows = {("record_damaged", ""): ""}, dict[str, str]()
        for one in await self.checks.standing(MOST):
            rows.setdefault(one.subject, f"{one.words}: found at {one.found_at:%Y-%m-%d %H:%M:%S} UTC")
        for subject in gathered(rows, _subjects("record_damaged", standing), MORE):
            found[("record_damaged", subject)] = rows.get(subject, f"{len(rows)} rows: alpine ledger audit")
        return found

    async def _lateness(self, now: datetime) -> str:
        full = next((one for one in await self.checks.checks() if one.kind == FULL), None)
        if not self.checked_nightly or full is None or now - full.vouched_at <= LATE:
            return ""
        return f"no full check has ended since {full.vouched_at:%Y-%m-%d %H:%M:%S} UTC: alpine ledger audit"

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


def _subjects(rule: str, standing: Iterable[tuple[str, str]]) -> set[str]:
    return {subject for each, subject in standing if each == rule}
