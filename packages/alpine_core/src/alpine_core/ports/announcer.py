"""The news that something was stored, without what it was."""

from __future__ import annotations

from typing import Protocol


class Announcer(Protocol):
    """Promise: `announce` never fails and never waits for listeners; called again it is harmless.

    `wait` returns the newest announced cursor as soon as it is beyond `beyond`, or after `seconds` whatever
    it is by then. An announcement may be lost with the process that made it: who waits reads the shelf after the
    wait too. Any number of waiters.
    """

    def announce(self, cursor: int) -> None: ...

    async def wait(self, beyond: int, seconds: float) -> int: ...
