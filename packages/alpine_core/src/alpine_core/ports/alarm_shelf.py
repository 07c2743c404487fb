"""What can be read of the alarms."""

from __future__ import annotations

from typing import Protocol

from alpine_core.model.alarm import Alarm


class AlarmShelf(Protocol):
    """Promise: reads see every alarm whose raising returned before the call. Raises StoreError."""

    async def newest(self, limit: int) -> tuple[Alarm, ...]:
        """At most `limit` alarms, newest first."""
        ...

    async def count_alarms(self) -> int:
        """How many there are."""
        ...
