"""How much of the last 30 days the generator was up: from the cycles that are stored, which outlive a process."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from argo_core.ports.decision_reader import DecisionReader

OBJECTIVE = 0.999
DAYS = 30
WINDOWS = {"24h": 1, "7d": 7, "30d": DAYS}
MOST_GAPS = 20
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
Minutes = Sequence[tuple[datetime, int]]


class CycleShare(msgspec.Struct, frozen=True, kw_only=True):
    """`cycles` of `expected` are stored, from `since` on: the beginning of the time, or the first cycle if that is
    later. `name`: 24h, 7d, 30d, or a date."""

    name: str
    since: datetime
    cycles: int
    expected: float

    @property
    def ratio(self) -> float | None:
        """0–1; None before anything was expected."""
        return min(1.0, self.cycles / self.expected) if self.expected > 0.0 else None

    @property
    def kept(self) -> bool | None:
        """True where the objective is kept, None where nothing is known yet."""
        return None if self.ratio is None else self.ratio >= OBJECTIVE


class CycleGap(msgspec.Struct, frozen=True, kw_only=True):
    """Whole minutes without a cycle."""

    began_at: datetime
    minutes: int


class CycleUptimeReport(msgspec.Struct, frozen=True, kw_only=True):
    """`windows` end with the last minute that is over; `days` and `gaps` come newest first."""

    windows: tuple[CycleShare, ...] = ()
    days: tuple[CycleShare, ...] = ()
    gaps: tuple[CycleGap, ...] = ()


class CycleUptime:
    """Days that are over are read once: what decided then is stored. The report holds until the minute is over."""

    def __init__(self, reader: DecisionReader) -> None:
        self._reader = reader
        self._over: dict[datetime, Minutes] = {}
        self._reckoned: tuple[datetime, float, CycleUptimeReport] | None = None

    async def report(self, now: datetime, interval_seconds: float) -> CycleUptimeReport:
        """Over the minutes that were over at `now` (aware, UTC), with a cycle due in every interval. Raises
        StoreError."""
        end = now.replace(second=0, microsecond=0)
        if self._reckoned is None or self._reckoned[:2] != (end, interval_seconds):
            minutes = await self._minutes(end)
            self._reckoned = (end, interval_seconds, reckon(minutes, end, interval_seconds))
        return self._reckoned[2]

    async def _minutes(self, end: datetime) -> list[tuple[datetime, int]]:
        today = end.replace(hour=0, minute=0)
        days = [today - back * DAY for back in range(DAYS, 0, -1)]
        for day in days:
            if day not in self._over:
                self._over[day] = await self._reader.cycle_minutes(day, day + DAY)
        self._over = {day: self._over[day] for day in days}
        found = [pair for day in days for pair in self._over[day]]
        return [*found, *await self._reader.cycle_minutes(today, end)] if end > today else found


def reckon(minutes: Minutes, end: datetime, interval_seconds: float) -> CycleUptimeReport:
    """From the cycles of each minute before `end`, in order."""
    if not minutes:
        return CycleUptimeReport()
    first, today = minutes[0][0], end.replace(hour=0, minute=0)

    def share(name: str, start: datetime, until: datetime) -> CycleShare:
        since = max(start, first)
        cycles = sum(count for minute, count in minutes if since <= minute < until)
        expected = max(0.0, (until - since).total_seconds()) / interval_seconds
        return CycleShare(name=name, since=since, cycles=cycles, expected=expected)

    windows = tuple(share(name, end - wide * DAY, end) for name, wide in WINDOWS.items())
    starts = [today - back * DAY for back in range(DAYS) if today - back * DAY + DAY > first]
    days = tuple(share(start.date().isoformat(), start, min(start + DAY, end)) for start in starts if start < end)
    return CycleUptimeReport(
        windows=windows, days=days, gaps=_gaps([*(at for at, _ in minutes), end], interval_seconds)
    )


def _gaps(minutes: Iterable[datetime], interval_seconds: float) -> tuple[CycleGap, ...]:
    # A cycle that is due every few minutes leaves minutes without one that are no gap.
    usual = 0 if interval_seconds <= MINUTE.total_seconds() / 2 else math.ceil(interval_seconds / 60.0)
    found = [(before + MINUTE, round((after - before) / MINUTE) - 1) for before, after in pairwise(minutes)]
    gaps = [CycleGap(began_at=began, minutes=lost) for began, lost in found if lost > usual]
    return tuple(reversed(gaps))[:MOST_GAPS]
