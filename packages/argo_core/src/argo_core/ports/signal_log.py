"""Where signals become durable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from argo_core.model.cycle import AppendReceipt, CycleRecord
from argo_core.model.signal import LoggedSignal


class SignalLog(Protocol):
    """Promise: append-only. `append` stores signals, decisions, outcomes and outbox rows of a cycle in one transaction.

    When it returns, the cycle survives a power cut; when it raises, nothing of it is stored, or all of it is and the
    caller learns so by loading. Indices are dense, increasing, from 1. Appending a stored `cycle_id` again raises
    StoreError and stores nothing. One writer. Raises StoreError, cause kept.
    """

    async def append(self, cycle: CycleRecord) -> AppendReceipt: ...

    async def open_signals(self) -> tuple[LoggedSignal, ...]:
        """Every signal without an outcome, oldest first."""
        ...

    async def marked(self, since: datetime) -> Mapping[str, datetime]:
        """By symbol the start of the newest bar in the marks messages that were stored from `since` on."""
        ...
