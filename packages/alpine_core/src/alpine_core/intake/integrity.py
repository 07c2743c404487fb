"""What no longer holds in the stored record: it stands until a check finds it no longer, and is an alarm that names the
row, which is kept for ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from alpine_core.model.alarm import Alarm, AlarmKind
from alpine_core.model.integrity_check import (
    FULL,
    MOST_STANDING,
    REPLAY,
    CheckEnd,
    IntegrityCheck,
    StandingFinding,
    is_due,
)
from alpine_core.ports.clock import Clock
from alpine_core.ports.integrity_book import WholeIntegrityBook
from alpine_core.ports.signal_store import SignalStore
from alpine_core.verify.audit import Finding
from alpine_core.verify.monitor import RULES, MonitorFinding

MOST_ALARMS = 200
"""Of one check: where everything was changed, the first rows say it."""
NAMED_ROWS = 10
WATCHED_ELSEWHERE = "reveal_overdue"
"""The vigil over the logs raises it as a kind of its own."""
_LONGEST_SUBJECT, _LONGEST_WORDS = 200, 400


class Integrity:
    """One for the process; several are harmless. All raise StoreError."""

    def __init__(self, alarms: SignalStore, book: WholeIntegrityBook, clock: Clock) -> None:
        self._alarms, self._book, self._clock = alarms, book, clock
        self._newest: dict[str, IntegrityCheck] = {}

    async def begin_full(self, at: time) -> bool:
        """Whether a full check begins now, one being due each night `at` (UTC). That it begins is kept: after a
        kill the next one knows. From the first call on, one that never ends is late some day."""
        now = self._clock.now()
        known = [one for one in await self._book.checks() if one.kind == FULL]
        if not known:
            await self._book.expect(FULL, now)
        if not known or not is_due(known[0], at, now):
            return False
        await self._book.begin(FULL, now)
        return True

    async def note(
        self, kind: str, checked: int, found: int, findings: Sequence[Finding], looked_at: Sequence[str] = ()
    ) -> tuple[Alarm, ...]:
        """A check has ended; the alarms of what did not stand before. `found` counts all, `findings` may be the first
        of them; `looked_at`: the rows of a sample."""
        now = self._clock.now()
        standing = self._standing(kind, findings, now)
        fresh = await self._raise(standing, now)
        # A crash before: the next check finds it again, and an alarm that was raised is the same one then.
        await self._book.end(
            CheckEnd(
                kind=kind,
                finished_at=now,
                checked=checked,
                failed=found,
                found=standing,
                looked_at=frozenset(map(_subject, looked_at)),
            )
        )
        self._count(kind, checked, found, findings, now)
        return fresh

    async def tell(self, findings: Sequence[Finding]) -> tuple[Alarm, ...]:
        """Found beside the checks: it stands until a full check finds it no longer."""
        now = self._clock.now()
        standing = self._standing(REPLAY, findings, now)
        fresh = await self._raise(standing, now)
        await self._book.add(standing)
        return fresh

    def newest(self) -> tuple[IntegrityCheck, ...]:
        """Of each kind that has run here, by kind."""
        return tuple(self._newest[kind] for kind in sorted(self._newest))

    def _standing(self, kind: str, findings: Sequence[Finding], now: datetime) -> tuple[StandingFinding, ...]:
        said = dict.fromkeys(
            (_subject(one.signal_id), _text(f"{one.field}: {one.problem}", _LONGEST_WORDS))
            for one in findings
            if one.field != WATCHED_ELSEWHERE
        )
        return tuple(StandingFinding(subject=one, words=words, kind=kind, found_at=now) for one, words in said)

    async def _raise(self, found: Sequence[StandingFinding], now: datetime) -> tuple[Alarm, ...]:
        """For what does not stand yet, the first MOST_ALARMS of it."""
        if not found:
            return ()
        before = {(one.subject, one.words) for one in await self._book.standing(MOST_STANDING)}
        fresh = [_alarm(one, now) for one in found if (one.subject, one.words) not in before][:MOST_ALARMS]
        for alarm in fresh:
            await self._alarms.raise_alarm(alarm)
        return tuple(fresh)

    def _count(self, kind: str, checked: int, found: int, findings: Sequence[Finding], now: datetime) -> None:
        before = self._newest.get(kind)
        self._newest[kind] = IntegrityCheck(
            kind=kind,
            finished_at=now,
            checked=checked,
            failed=found,
            rows=tuple(dict.fromkeys(each.signal_id for each in findings))[:NAMED_ROWS],
            runs=1 + (0 if before is None else before.runs),
            found=found + (0 if before is None else before.found),
        )


def broken_rule(origin: str, found: MonitorFinding) -> Finding:
    """What the replay of a log found, in the words of the audit."""
    return Finding(signal_id=f"{origin} entry {found.index}", field=found.code, problem=RULES[found.code])


def _subject(name: str) -> str:
    return _text(name, _LONGEST_SUBJECT)


def _text(text: str, longest: int) -> str:
    """As every database takes it, whatever a damaged row holds."""
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()[:longest]


def _alarm(found: StandingFinding, now: datetime) -> Alarm:
    return Alarm(
        kind=AlarmKind.AUDIT_FINDING,
        subject=found.subject,
        stored="",
        offered=found.words,
        evidence=b"",
        raised_at=now,
    )
