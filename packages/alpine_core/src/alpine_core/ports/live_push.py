"""Pushing what is stored to subscribers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from enum import StrEnum
from typing import Protocol

from alpine_core.model.tier import Tier


class PushEnded(StrEnum):
    """`shed`: the subscriber read too slowly; it may come again and resume. `closed`: this worker is ending."""

    SHED = "shed"
    CLOSED = "closed"


class LivePush(Protocol):
    """Promise: each subscriber gets every event of its tier beyond its position, once, in the feed's order.

    Forms are named by wiring; each event is written once for each form and tier, however many subscribers there are. A
    subscriber that does not read costs bounded memory and holds up nobody. Raises ReaderError for a bad position and
    StoreError.
    """

    def subscribe(self, form: str, tier: Tier, after: str | None) -> AsyncIterator[bytes]:
        """Pieces of bytes for as long as they are asked for. `after` None: only what comes from now on.

        It ends when the subscriber has fallen behind too far, or the worker is ending.
        """
        ...

    async def serve(
        self, form: str, tier: Tier, after: str | None, send: Callable[[bytes], Awaitable[None]]
    ) -> PushEnded:
        """`subscribe` into `send`, which is given up on if one piece of bytes takes too long."""
        ...
