"""Notices as their reader finds them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from alpine_core.model.notice import Notice


class InboxShelf(Protocol):
    """Promise: only what is shown in the inbox, and only the account's own. Raises StoreError."""

    async def notices(self, account_id: str, *, unread: bool, before: int | None, limit: int) -> tuple[Notice, ...]:
        """The newest first, only with a number below `before`; `unread`: only those."""
        ...

    async def unread(self, account_id: str) -> int: ...

    async def mark_read(self, account_id: str, numbers: Sequence[int] | None, at: datetime) -> int:
        """How many of these (None: of all) were unread until now."""
        ...
