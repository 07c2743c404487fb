"""Where security events are kept for good."""

from __future__ import annotations

from typing import Protocol

from alpine_core.model.query import Page
from alpine_core.model.security_event import EventQuery, SecurityEvent


class SecurityLog(Protocol):
    """Promise: what `append` returned from is durable, numbered without a gap, and never changes. Raises StoreError."""

    async def append(self, event: SecurityEvent) -> SecurityEvent:
        """The event with its number."""
        ...

    async def page(
        self, account_id: str | None = None, before: int | None = None, limit: int = 50
    ) -> Page[SecurityEvent]:
        """Newest first; of one account, or of all for None. `before` is the number that the last page gave."""
        ...

    async def find(self, query: EventQuery) -> Page[SecurityEvent]:
        """Newest first, those that fit all that is asked for."""
        ...
