"""What a venue did to our orders."""

from __future__ import annotations

from typing import Protocol

from argo_core.model.order_change import NumberedChange


class OrderFeed(Protocol):
    """Promise: every change of every order of this account, in one dense sequence from 1 that never changes.

    `changes` answers those after a position, oldest first, at most `limit`. Raises StoreError.
    """

    async def changes(self, after: int, limit: int) -> tuple[NumberedChange, ...]: ...
