"""Looks from time to time at whether logs keep up and keep their promises; what an operator must see is an alarm."""

from __future__ import annotations

from datetime import datetime

from alpine_core.intake.log_lag import LogLag, LogLags
from alpine_core.model.alarm import Alarm, AlarmKind
from alpine_core.ports.clock import Clock
from alpine_core.ports.log_mirror import LogMirror
from alpine_core.ports.log_watch import LogWatch
from alpine_core.ports.signal_store import SignalStore
from alpine_core.ports.witness_store import WitnessStore

_MOST_OVERDUE = 1000


class LogVigil:
    """One for the process; several are harmless, for the same alarm twice is one."""

    def __init__(
        self, states: WitnessStore, mirror: LogMirror, watch: LogWatch, alarms: SignalStore, clock: Clock
    ) -> None:
        self._lags = LogLags(states, mirror, watch)
        self._watch, self._alarms, self._clock = watch, alarms, clock
        self._told: set[tuple[str, str, str]] = set()

    async def look(self) -> tuple[Alarm, ...]:
        """What has gone wrong since the last look, raised as alarms. Raises StoreError."""
        now = self._clock.now()
        found: list[Alarm] = []
        for lag in await self._lags.all(now):
            found += _lags(lag, now)
        for one in await self._watch.overdue(now, _MOST_OVERDUE):
            subject = f"{one.origin} entry {one.leaf_index}"
            found.append(_alarm(AlarmKind.REVEAL_OVERDUE, subject, f"promised by {one.reveal_by}", now))
        fresh = [alarm for alarm in found if _name(alarm) not in self._told]
        for alarm in fresh:
            await self._alarms.raise_alarm(alarm)
        # What has ended may happen again.
        self._told = {_name(alarm) for alarm in found}
        return tuple(fresh)


def _name(alarm: Alarm) -> tuple[str, str, str]:
    return alarm.kind.value, alarm.subject, alarm.offered


def _lags(lag: LogLag, now: datetime) -> list[Alarm]:
    told = ((AlarmKind.WITNESS_STALE, lag.stale), (AlarmKind.MIRROR_BEHIND, lag.behind))
    return [_alarm(kind, lag.origin, words, now) for kind, words in told if words]


def _alarm(kind: AlarmKind, subject: str, offered: str, at: datetime) -> Alarm:
    return Alarm(kind=kind, subject=subject, stored="", offered=offered, evidence=b"", raised_at=at)
