"""Pushing what is stored to subscribers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from enum import StrEnum
from typing import Any, Protocol

from alpine_core.model.tier import Tier

Send = Callable[[bytes], Coroutine[Any, Any, None]]
"""Takes one piece. It may be run by another task than the one that serves, so it sets no deadline of its own."""

Gone = Callable[[], Awaitable[None]]
"""Returns when the subscriber has left by itself."""


class PushEnded(StrEnum):
    """`shed`: the subscriber read too slowly; it may come again and resume. `closed`: this worker is ending.

    `left`: it went by itself.
    """

    SHED = "shed"
    CLOSED = "closed"
    LEFT = "left"


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

    async def serve(self, form: str, tier: Tier, after: str | None, send: Send, gone: Gone | None = None) -> PushEnded:
        """`subscribe` into `send`, which is given up on if one piece of bytes takes too long.

        `gone` is awaited once everything missed has been sent. What it or `send` raises ends the serving.
        """
        ...
