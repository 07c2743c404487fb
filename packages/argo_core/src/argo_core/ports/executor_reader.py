"""What can be read of an executor's work."""

from __future__ import annotations

from typing import Protocol

import msgspec

from argo_core.model.execution import SignalVerdicts
from argo_core.model.order import Order
from argo_core.model.trade import Trade


class ExecutorCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Since the database was new. `denied_by` counts denials by the first denial's code; `filled` counts fills."""

    received: int
    allowed: int
    denied: int
    denied_by: dict[str, int]
    filled: int


class ExecutorReader(Protocol):
    """Promise: reads see every write that returned before the call; newest first. Raises DataError `bad_limit` and
    StoreError. Any number at a time."""

    async def counts(self) -> ExecutorCounts: ...

    async def verdicts(self, limit: int) -> tuple[SignalVerdicts, ...]: ...

    async def orders(self, limit: int) -> tuple[Order, ...]: ...

    async def trades(self, limit: int) -> tuple[Trade, ...]: ...
