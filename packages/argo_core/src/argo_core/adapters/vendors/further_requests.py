"""What a call of several requests owes to the vendor's budget."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

Turn = Callable[[float], Awaitable[object]]
"""Waits for the budget's turn, which comes within so many seconds or not at all."""


class FurtherRequests:
    """One call's requests, all within `within_seconds` from now. The path has taken a turn for the first; `turn` is
    awaited before each further one, for as long as the call has time. Make it in the call's event loop."""

    def __init__(self, turn: Turn | None, within_seconds: float) -> None:
        self._turn, self._first = turn, True
        self._end = asyncio.get_running_loop().time() + within_seconds

    async def next(self) -> None:
        """Before each request. Raises what the turn raises."""
        if self._first:
            self._first = False
        elif self._turn is not None:
            await self._turn(max(self._end - asyncio.get_running_loop().time(), 0.0))
