"""What is waiting to be delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from argo_core.model.cycle import OutboxMessage


class PendingMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message and its place in the outbox."""

    position: int
    message: OutboxMessage


class Backlog(msgspec.Struct, frozen=True, kw_only=True):
    """A topic in figures. `oldest_at` is since when the oldest pending message waits, wall clock; None if none does."""

    pending: int
    refused: int
    oldest_at: datetime | None


class Outbox(Protocol):
    """Promise: a message appended with a cycle stays pending until marked; at least once, oldest first per topic.

    Marking is durable and idempotent; what was marked first stands. A refused message is kept with its code and is
    pending no more. Any number of readers, one marker per topic. Raises StoreError.
    """

    async def pending(self, topic: str, limit: int) -> tuple[PendingMessage, ...]: ...

    async def mark_delivered(self, positions: Sequence[int], delivered_at: datetime) -> None: ...

    async def mark_refused(self, codes: Mapping[int, str], refused_at: datetime) -> None: ...

    async def backlog(self, topic: str) -> Backlog: ...
