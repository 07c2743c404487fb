"""The minutes in which the service was up."""

from __future__ import annotations

from typing import Protocol


class MinuteLog(Protocol):
    """Minutes are whole, counted since 1970 in UTC. Promise: reads see every note that returned before; a minute is
    noted once, whoever notes it how often. Raises StoreError."""

    async def note(self, minute: int) -> None:
        """The service was up in this minute."""
        ...

    async def first(self) -> int | None:
        """The earliest that was noted."""
        ...

    async def count(self, start: int, end: int) -> int:
        """How many were noted from `start` on and before `end`."""
        ...

    async def gaps(self, start: int, end: int, limit: int) -> tuple[tuple[int, int], ...]:
        """At most `limit` pairs of noted minutes that follow each other with minutes between them, both from `start` on
        and before `end`, newest first."""
        ...
