"""What can be read of the alarms."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from alpine_core.model.alarm import Alarm, AlarmKind, RaisedSubject


class AlarmShelf(Protocol):
    """Promise: reads see every alarm whose raising returned before the call. Raises StoreError."""

    async def newest(self, limit: int) -> tuple[Alarm, ...]:
        """At most `limit` alarms, newest first."""
        ...

    async def count_alarms(self) -> int:
        """How many there are."""
        ...

    async def alarms_of(self, kind: AlarmKind | None, before: int | None, limit: int) -> tuple[Alarm, ...]:
        """At most `limit`, newest first, of one kind or all, with numbers below `before`."""
        ...

    async def subjects_since(self, since: datetime, limit: int) -> tuple[RaisedSubject, ...]:
        """What alarms raised later than `since` are about: of each kind at most `limit` subjects, the first raised
        first."""
        ...
