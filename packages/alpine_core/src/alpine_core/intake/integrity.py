"""What no longer holds in the stored record becomes an alarm that names the row, once for each finding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alpine_core.model.alarm import Alarm, AlarmKind
from alpine_core.model.integrity_check import IntegrityCheck
from alpine_core.ports.alarm_shelf import AlarmShelf
from alpine_core.ports.clock import Clock
from alpine_core.ports.signal_store import SignalStore
from alpine_core.verify.audit import Finding
from alpine_core.verify.monitor import RULES, MonitorFinding

MOST_ALARMS = 200
"""Of one check: where everything was changed, the first rows say it."""
KNOWN_ALARMS = 1_000
NAMED_ROWS = 10
WATCHED_ELSEWHERE = "reveal_overdue"
"""The vigil over the logs raises it as a kind of its own."""


class Integrity:
    """One for the process; several are harmless, for the same alarm twice is one. All raise StoreError."""

    def __init__(self, alarms: SignalStore, shelf: AlarmShelf, clock: Clock) -> None:
        self._alarms, self._shelf, self._clock = alarms, shelf, clock
        self._newest: dict[str, IntegrityCheck] = {}

    async def note(self, kind: str, checked: int, found: int, findings: Sequence[Finding]) -> tuple[Alarm, ...]:
        """A check has ended; the alarms that are new. `found` counts all, `findings` may be the first of them."""
        before = self._newest.get(kind)
        self._newest[kind] = IntegrityCheck(
            kind=kind,
            finished_at=self._clock.now(),
            checked=checked,
            failed=found,
            rows=tuple(dict.fromkeys(each.signal_id for each in findings))[:NAMED_ROWS],
            runs=1 + (0 if before is None else before.runs),
            found=found + (0 if before is None else before.found),
        )
        return await self.tell(findings)

    async def tell(self, findings: Sequence[Finding]) -> tuple[Alarm, ...]:
        """Raise what is not known yet, the first MOST_ALARMS of it."""
        said = [each for each in findings if each.field != WATCHED_ELSEWHERE]
        if not said:
            return ()
        kept = await self._shelf.alarms_of(AlarmKind.AUDIT_FINDING, None, KNOWN_ALARMS)
        known = {(each.subject, each.offered) for each in kept}
        now = self._clock.now()
        alarms = {(each.subject, each.offered): each for each in (_alarm(one, now) for one in said)}
        fresh = [alarm for name, alarm in alarms.items() if name not in known][:MOST_ALARMS]
        for alarm in fresh:
            await self._alarms.raise_alarm(alarm)
        return tuple(fresh)

    def newest(self) -> tuple[IntegrityCheck, ...]:
        """Of each kind that has run here, by kind."""
        return tuple(self._newest[kind] for kind in sorted(self._newest))


def broken_rule(origin: str, found: MonitorFinding) -> Finding:
    """What the replay of a log found, in the words of the audit."""
    return Finding(signal_id=f"{origin} entry {found.index}", field=found.code, problem=RULES[found.code])


def _alarm(found: Finding, now: datetime) -> Alarm:
    return Alarm(
        kind=AlarmKind.AUDIT_FINDING,
        subject=found.signal_id,
        stored="",
        offered=f"{found.field}: {found.problem}",
        evidence=b"",
        raised_at=now,
    )
