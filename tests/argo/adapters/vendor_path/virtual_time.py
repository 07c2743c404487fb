"""Time that passes when a test says so."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


class VirtualTime:
    """A clock, ticks and a sleep that agree. `pass_` wakes the sleepers in the order of their alarms."""

    def __init__(self) -> None:
        self._ticks = 1000.0
        self._alarms: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self.slept: list[float] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=self._ticks - 1000.0)

    def ticks(self) -> float:
        return self._ticks

    async def sleep(self, seconds: float) -> None:
        alarm: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.slept.append(seconds)
        heapq.heappush(self._alarms, (self._ticks + seconds, next(self._numbers), alarm))
        await alarm

    async def pass_(self, seconds: float) -> None:
        """Let so many seconds pass; whoever wakes may act before the next one does."""
        end = self._ticks + seconds
        await settle()
        while self._alarms and self._alarms[0][0] <= end:
            self._ticks, _, alarm = heapq.heappop(self._alarms)
            if not alarm.done():
                alarm.set_result(None)
            await settle()
        self._ticks = end


async def settle() -> None:
    """Let everything run that can run without time passing."""
    for _ in range(50):
        await asyncio.sleep(0)
