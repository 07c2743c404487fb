"""Waiting for the mirror, which follows the signals by a moment: who reads a signal at once asks for its proofs too."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

POLL_SECONDS = 0.1
LONGEST_SECONDS = 3.0

Sizes = Callable[[str], Awaitable[int]]
"""How many entries of an origin there are. May raise StoreError."""


class MirrorPatience:
    """However many wait, the mirror is looked at once in `POLL_SECONDS` for each origin."""

    def __init__(self, mirrored: Sizes, witnessed: Sizes) -> None:
        self._mirrored, self._witnessed = mirrored, witnessed
        self._looks: dict[str, asyncio.Task[int]] = {}

    async def until(self, origin: str, size: int) -> None:
        """Until the mirror has so many entries, or for three seconds; not at all if nobody has witnessed so many.

        Raises StoreError, NotThere.
        """
        if await self._mirrored(origin) >= size or await self._witnessed(origin) < size:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_SECONDS):
                while await self._look(origin) < size:
                    pass

    async def _look(self, origin: str) -> int:
        look = self._looks.get(origin)
        if look is None or look.done():
            look = self._looks[origin] = asyncio.create_task(self._next(origin))
        # One reader who goes does not end the look of the others.
        return await asyncio.shield(look)

    async def _next(self, origin: str) -> int:
        await asyncio.sleep(POLL_SECONDS)
        return await self._mirrored(origin)
