"""How much of the last day, week and month the service was up: from notes in the database, which outlive a process."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from alpine_core.model.uptime import Gap, UptimeReport, UptimeWindow
from alpine_core.ports.minute_log import MinuteLog

WINDOWS: Mapping[str, int] = {"24h": 24 * 60, "7d": 7 * 24 * 60, "30d": 30 * 24 * 60}
MOST_GAPS = 10


class Uptime:
    """A minute is up if any process noted it: a note shows that it ran and that its database kept what it wrote. What
    was reckoned holds until the minute is over; one for the process."""

    def __init__(self, log: MinuteLog) -> None:
        self._log = log
        self._noted: int | None = None
        self._reckoned: tuple[int, UptimeReport] | None = None

    async def note(self, now: datetime) -> None:
        """The service is up at `now` (aware). Raises StoreError."""
        minute = _minute(now)
        if minute != self._noted:
            await self._log.note(minute)
            self._noted = minute

    async def report(self, now: datetime) -> UptimeReport:
        """Over the minutes that were over at `now` (aware). Raises StoreError."""
        end = _minute(now)
        if self._reckoned is None or self._reckoned[0] != end:
            self._reckoned = (end, await self._report(end))
        return self._reckoned[1]

    @property
    def reckoned(self) -> UptimeReport | None:
        """What was reported last, None before the first."""
        return None if self._reckoned is None else self._reckoned[1]

    async def _report(self, end: int) -> UptimeReport:
        first = await self._log.first()
        begin = end if first is None else min(first, end)
        windows = tuple([await self._window(name, max(begin, end - wide), end) for name, wide in WINDOWS.items()])
        start = max(begin, end - max(WINDOWS.values()))
        pairs = await self._log.gaps(start, end + 1, MOST_GAPS)
        return UptimeReport(windows=windows, gaps=tuple(_gap(before + 1, after) for before, after in pairs))

    async def _window(self, name: str, start: int, end: int) -> UptimeWindow:
        up = await self._log.count(start, end)
        return UptimeWindow(name=name, since=_moment(start), minutes=end - start, up=up)


def _gap(start: int, end: int) -> Gap:
    return Gap(began_at=_moment(start), ended_at=_moment(end))


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // 60


def _moment(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)
