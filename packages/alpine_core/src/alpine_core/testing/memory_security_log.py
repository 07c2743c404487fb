"""A log of security events that ends with the process."""

from __future__ import annotations

import msgspec

from alpine_core.model.query import Page
from alpine_core.model.security_event import EventQuery, SecurityEvent


class MemorySecurityLog:
    """`ports.SecurityLog` in a list."""

    def __init__(self) -> None:
        self.events: list[SecurityEvent] = []

    async def append(self, event: SecurityEvent) -> SecurityEvent:
        return self.add(event)

    def add(self, event: SecurityEvent) -> SecurityEvent:
        """The same without waiting."""
        stored = msgspec.structs.replace(event, event_id=len(self.events) + 1)
        self.events.append(stored)
        return stored

    async def page(
        self, account_id: str | None = None, before: int | None = None, limit: int = 50
    ) -> Page[SecurityEvent]:
        return await self.find(EventQuery(account_id=account_id, before=before, limit=limit))

    async def find(self, query: EventQuery) -> Page[SecurityEvent]:
        found = [
            event
            for event in reversed(self.events)
            if query.account_id in (None, event.account_id)
            and query.actor_id in (None, event.actor_id)
            and query.kind in (None, event.kind)
            and (query.before is None or event.event_id < query.before)
        ]
        events = tuple(found[: query.limit])
        return Page(items=events, next_before=events[-1].event_id if len(found) > query.limit else None)
