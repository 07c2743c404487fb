"""What an operator has to know of the logs."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from alpine_core.model.witness import KeptCheckpoint, OverdueReveal, Repin


class LogWatch(Protocol):
    """Promise: decisions are kept for ever, each with its reason; reads see what was stored before.

    Raises StoreError.
    """

    async def overdue(self, now: datetime, limit: int) -> tuple[OverdueReveal, ...]:
        """Signals of every log whose disclosure was due before `now` and has not been mirrored, the oldest first."""
        ...

    async def checkpoints(self, origin: str, beyond: int, limit: int) -> tuple[KeptCheckpoint, ...]:
        """At most `limit` kept checkpoints of sizes above `beyond`, ascending; `-1` is before all of them."""
        ...

    async def repin(self, repin: Repin) -> None:
        """Publish the origin again. What was halted later than this is halted again."""
        ...

    async def repins(self) -> tuple[Repin, ...]:
        """Every decision, in order."""
        ...
