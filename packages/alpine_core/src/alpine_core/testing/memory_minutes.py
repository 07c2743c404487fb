"""Minutes in memory."""

from __future__ import annotations

from itertools import pairwise


class MemoryMinutes:
    """`ports.MinuteLog`."""

    def __init__(self) -> None:
        self.noted: set[int] = set()

    async def note(self, minute: int) -> None:
        self.noted.add(minute)

    async def first(self) -> int | None:
        return min(self.noted, default=None)

    async def count(self, start: int, end: int) -> int:
        return sum(start <= minute < end for minute in self.noted)

    async def gaps(self, start: int, end: int, limit: int) -> tuple[tuple[int, int], ...]:
        among = sorted(minute for minute in self.noted if start <= minute < end)
        found = [(before, after) for before, after in pairwise(among) if after - before > 1]
        return tuple(reversed(found))[:limit]
