"""What requests to language models cost, written down before they are sent."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from argo_core.model.opinion_call import OpinionCall


class OpinionBill(Protocol):
    """Promise: append-only and durable when a write returns; reads see every write that returned before. A call counts
    from `begin` on, at the price that it is taken to have, until it is settled or withdrawn: whoever crashes in
    between has paid. One writer. Raises StoreError."""

    async def begin(self, call: OpinionCall) -> None: ...

    async def settle(self, call: OpinionCall, usd: float) -> None:
        """The vendor says what it cost. Once per call."""
        ...

    async def withdraw(self, call: OpinionCall) -> None:
        """It never left us, or was turned away unread: it counts nothing. Instead of `settle`."""
        ...

    async def spent(self, source: str, since: datetime) -> tuple[int, float]:
        """Calls begun within the 24 hours from then on, and their cost in US dollars."""
        ...
