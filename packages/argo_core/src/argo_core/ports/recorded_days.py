"""The records of a whole day, as a replay of it needs them."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from argo_core.model.recorded_day import ExecutorDay, RecordedDay


class RecordedDays(Protocol):
    """Promise: the answer sees one moment of the log and everything that was appended before the call. A day without a
    cycle has none. Any number at a time. Raises StoreError."""

    async def day(self, day: date) -> RecordedDay: ...


class ExecutorDays(Protocol):
    """Promise: as `RecordedDays`, of one executor's records. Raises StoreError where the executor has never run."""

    async def day(self, day: date) -> ExecutorDay: ...
