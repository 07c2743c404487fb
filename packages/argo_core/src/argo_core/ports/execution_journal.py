"""What an executor has decided, ordered and seen filled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from argo_core.model.execution import Execution, SignalVerdicts
from argo_core.model.order import Fill, OrderIntent
from argo_core.model.order_change import NumberedChange


class NotedFill(msgspec.Struct, frozen=True, kw_only=True):
    """A fill and what it belongs to. `quantity` is signed; `profit_loss_pct` of what it closed, None if it opened."""

    client_order_id: str
    signal_id: str
    symbol: str
    quantity: float
    fill: Fill
    profit_loss_pct: float | None


class NotedChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change of an order, its fill, and the executions that are to be reported of it."""

    numbered: NumberedChange
    fill: NotedFill | None
    executions: tuple[Execution, ...]


class ExecutionJournal(Protocol):
    """Promise: append-only; each method is one transaction, durable when it returns.

    `decided` stores verdicts, intents and the report of both, once per signal: a second time it raises StoreError.
    `unplaced` are intents without a noted change, oldest first. `noted` stores changes in the venue's order with their
    reports; changes at or before the last noted position are left out. `fills` are all noted fills, oldest first, and
    the last noted position. One writer. Raises StoreError.
    """

    async def decided(self, verdicts: SignalVerdicts, intents: Sequence[OrderIntent]) -> None: ...

    async def unplaced(self) -> tuple[OrderIntent, ...]: ...

    async def noted(self, changes: Sequence[NotedChange]) -> None: ...

    async def fills(self) -> tuple[tuple[NotedFill, ...], int]: ...
