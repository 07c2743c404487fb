"""A cycle of a process that may lose its place: a database that was started again knows no locks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from argo_core.errors import StoreError
from argo_core.pipeline.cycle import CycleReport
from argo_core.pipeline.ledger_duty import CycleRunner

SUPERSEDED = "another generator has worked in our place meanwhile: start again, and go on from what it left"


class Seat(Protocol):
    """The right to be the one generator of a shard."""

    def require(self) -> int:
        """How often the place had to be taken again so far. Raises StoreError while it is not ours."""
        ...

    def give_up(self, words: str) -> None:
        """The place is left for good: the process ends, and `words` say why."""
        ...

    async def lost(self) -> None:
        """Returns when the place is somebody else's, or was given up."""
        ...


class LastingSeat:
    """A place that ends with its process, or is given up: a lock on a file."""

    def __init__(self) -> None:
        self._words = ""
        self._lost = asyncio.Event()

    def require(self) -> int:
        """0. Raises StoreError once it was given up."""
        if self._words:
            raise StoreError(self._words)
        return 0

    def give_up(self, words: str) -> None:
        """For good, because of `words`."""
        self._words = words
        self._lost.set()

    async def lost(self) -> None:
        """Returns when it was given up."""
        await self._lost.wait()


class SeatedCycle:
    """Runs no cycle while the place is not held; and none after it was lost and taken again, if somebody else wrote a
    cycle in between: what this process remembers of the market's time and of open signals is past then."""

    def __init__(
        self,
        cycle: CycleRunner,
        seat: Seat,
        newest: Callable[[], Awaitable[str | None]],
        wrote: Callable[[str], bool],
    ) -> None:
        """`newest` reads the id of the shard's last cycle from the log, `wrote` says whether it was ours."""
        self._cycle, self._seat, self._newest, self._wrote = cycle, seat, newest, wrote
        self._taken = seat.require()

    async def run(self, symbols: Sequence[str]) -> CycleReport:
        """One cycle. Raises StoreError without the place, and what the cycle raises."""
        taken = self._seat.require()
        if taken != self._taken:
            newest = await self._newest()
            if newest is not None and not self._wrote(newest):
                self._seat.give_up(SUPERSEDED)
                taken = self._seat.require()
            self._taken = taken
        return await self._cycle.run(symbols)
