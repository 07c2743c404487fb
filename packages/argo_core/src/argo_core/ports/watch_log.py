"""Where the risk monitor's memory is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import msgspec


class WatchRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The monitor's state as JSON text, and what it said. `market_time` of the reading, `at` wall clock."""

    executor_id: str
    state: str
    level: str
    market_time: datetime
    at: datetime


class WatchLog(Protocol):
    """Promise: append-only, durable when it returns. `newest` is the last record of an executor, None before the first;
    a restart goes on from it, so that neither peak nor anchor is forgotten. One writer. Raises StoreError.
    """

    async def append(self, record: WatchRecord) -> None: ...

    async def newest(self, executor_id: str) -> WatchRecord | None: ...
