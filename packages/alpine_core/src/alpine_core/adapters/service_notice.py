"""Word to the service manager that started this process: ready, still alive, ending."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class ServiceNotice:
    """One datagram for each word, as sd_notify(3) has them. `address` is a path, or `@name` for a socket without a
    file; None where no manager listens. `watchdog_seconds` is how long it bears silence, None for any time.

    Raises nothing: a manager that went away does not end a server.
    """

    def __init__(self, address: str | None, watchdog_seconds: float | None) -> None:
        self._address, self._watchdog_seconds = address, watchdog_seconds

    def ready(self) -> None:
        """Requests are answered."""
        self.say("READY=1")

    def stopping(self) -> None:
        """No new requests are taken."""
        self.say("STOPPING=1")

    def say(self, words: str) -> None:
        """One datagram, or nothing where nobody listens."""
        if self._address is None:
            return
        line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        with line, suppress(OSError):
            line.setblocking(False)
            line.sendto(words.encode(), self._address.replace("@", "\0", 1))

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[None]:
        """The watchdog hears of this process while the block runs and its event loop turns."""
        beating = asyncio.create_task(self._beat())
        try:
            yield
        finally:
            beating.cancel()
            with suppress(asyncio.CancelledError):
                await beating

    async def _beat(self) -> None:
        while self._watchdog_seconds is not None:
            self.say("WATCHDOG=1")
            await asyncio.sleep(self._watchdog_seconds / 2)
