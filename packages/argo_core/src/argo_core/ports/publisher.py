"""Who hands logged signals on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from argo_core.model.cycle import OutboxMessage


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """What the receiver made of one message: `accepted`, `duplicate` (a success) or `refused` (final, with a code).

    `cosignatures` are lines that came with the answer, each over one of our checkpoints of `sizes`, newest first.
    """

    key: str
    status: str
    code: str | None = None
    sizes: tuple[int, ...] = ()
    cosignatures: tuple[str, ...] = ()

    @property
    def taken(self) -> bool:
        """True if the receiver has the message, now or since before."""
        return self.status in ("accepted", "duplicate")


class Publisher(Protocol):
    """Promise: one answer per message, in order, up to where the receiver could be reached; at least one answer.

    Publishing again is harmless: the receiver answers `duplicate`. Raises StoreError when the first message could not
    be delivered (the caller tries again later). Sets its own deadline; one call at a time.
    """

    async def publish(self, messages: Sequence[OutboxMessage]) -> tuple[Published, ...]: ...
