"""How many requests a minute an account may send, with a part of them kept for orders."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

PER_MINUTE = 200.0
KEPT_FOR_ORDERS = 20.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Time and chance as arguments: `monotonic` and `sleep` in seconds, `chance` in [0, 1), `wall` in Unix seconds."""

    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    chance: Callable[[], float]
    wall: Callable[[], float]


class TokenBucket:
    """`per_minute` requests, refilled evenly. Reads leave `kept` of them to orders and cancellations."""

    def __init__(self, pace: Pace, per_minute: float = PER_MINUTE, kept: float = KEPT_FOR_ORDERS) -> None:
        self._pace, self._capacity, self._kept = pace, per_minute, kept
        self._left, self._seen = per_minute, pace.monotonic()
        self._queue = asyncio.Lock()

    async def take(self, *, order: bool) -> None:
        """Wait until a request may be sent."""
        if order:
            await self._taken(0.0)
            return
        async with self._queue:  # reads wait in one line, so that orders overtake them
            await self._taken(self._kept)

    async def _taken(self, kept: float) -> None:
        while (missing := 1.0 + kept - self._refilled()) > 0:
            await self._pace.sleep(missing * 60.0 / self._capacity)
        self._left -= 1.0

    def _refilled(self) -> float:
        now = self._pace.monotonic()
        self._left = min(self._capacity, self._left + (now - self._seen) * self._capacity / 60.0)
        self._seen = now
        return self._left
