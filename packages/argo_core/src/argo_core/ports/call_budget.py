"""How often a vendor may be asked."""

from __future__ import annotations

from typing import Protocol


class CallBudget(Protocol):
    """A token bucket of one vendor. Promise: never more than rate × time + burst calls, over all who share it; first
    come, first served. `hold_until` empties it for so many seconds: the vendor asked for that. Any number of calls at
    a time. Raises SourceError RATE_LIMITED at once if the turn cannot come within `deadline_seconds`."""

    async def take(self, deadline_seconds: float) -> float:
        """Wait for one token; answers the seconds waited."""
        ...

    async def hold(self, seconds: float) -> None: ...

    @property
    def queue_depth(self) -> int: ...
