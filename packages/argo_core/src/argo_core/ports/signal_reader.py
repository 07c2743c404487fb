"""What can be read of the signals."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from argo_core.model.query import Page, SignalQuery, SignalStatistics
from argo_core.model.signal import LoggedSignal


class SignalReader(Protocol):
    """Promise: reads see every append that returned before the call. Any number at a time. Raises StoreError."""

    async def signals(self, query: SignalQuery) -> Page[LoggedSignal]: ...

    async def signal(self, signal_id: str) -> LoggedSignal | None: ...

    async def statistics(self, now: datetime) -> SignalStatistics: ...
