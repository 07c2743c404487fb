"""What an executor has decided, ordered and seen filled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from argo_core.model.execution import Execution, SignalVerdicts
from argo_core.model.order import Fill, OrderIntent
from argo_core.model.order_change import NumberedChange, OrderChange
from argo_core.model.trade import Trade


class NotedFill(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A fill and what it belongs to. `quantity` is signed; `profit_loss_pct` of what it closed, None if it opened."""

    client_order_id: str
    signal_id: str
    symbol: str
    quantity: float
    fill: Fill
    profit_loss_pct: float | None


class NotedChange(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A change of an order, its fill, the executions that are to be reported of it, and the trades that it finished."""

    numbered: NumberedChange
    fill: NotedFill | None
    executions: tuple[Execution, ...]
    trades: tuple[Trade, ...] = ()


class DecidedIntent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An intent and when it was decided, wall clock."""

    intent: OrderIntent
    decided_at: datetime


class Notes(msgspec.Struct, frozen=True, kw_only=True):
    """All that is noted. `fills`, `orders` (each as it changed last) and `intents` oldest first; `unplaced` are the ids
    of intents that the venue has told nothing of and that are not withdrawn; `position` is the last noted one."""

    fills: tuple[NotedFill, ...]
    orders: tuple[OrderChange, ...]
    intents: tuple[DecidedIntent, ...]
    unplaced: tuple[str, ...]
    position: int


class ExecutionJournal(Protocol):
    """Promise: append-only; each method is one transaction, durable when it returns.

    `decided` stores verdicts, intents and the report of both, once per signal: a second time it raises StoreError.
    `noted` stores changes in the venue's order with their reports and finished trades; changes at or before the last
    noted position are left out. `withdrawn` says that an intent will never be placed; a second time it changes
    nothing. Reports of trades leave out those that no signal asked for. One writer. Raises StoreError.
    """

    async def decided(self, verdicts: SignalVerdicts, intents: Sequence[OrderIntent]) -> None: ...

    async def noted(self, changes: Sequence[NotedChange]) -> None: ...

    async def withdrawn(self, client_order_id: str, reason: str) -> None: ...

    async def notes(self) -> Notes: ...
