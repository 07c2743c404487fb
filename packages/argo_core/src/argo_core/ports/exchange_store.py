"""What a simulated exchange remembers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from argo_core.model.bars import Bar
from argo_core.model.order_change import NumberedChange, OrderChange


class ExchangeStore(Protocol):
    """Promise: changes of orders are a log, numbered densely from 1; of each symbol the last bar is kept.

    `append` stores its changes and bars at once or not at all, durably when it returns. One writer. Raises StoreError.
    """

    async def load(self) -> tuple[tuple[OrderChange, ...], tuple[Bar, ...]]: ...

    async def append(self, changes: Sequence[OrderChange], marks: Sequence[Bar], now: datetime) -> None: ...

    async def newest(self, client_order_id: str) -> OrderChange | None: ...

    async def changes(self, after: int, limit: int) -> tuple[NumberedChange, ...]: ...
