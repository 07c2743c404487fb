"""What a process tells the service manager that started it: that it waits, works, still works, and ends."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class ServiceNotice:
    """Datagrams as sd_notify(3) describes them. `address`: a path, `@name` for one without a file, None where nobody
    asked. `watchdog_seconds`: after so long without a word the manager ends us, None where it does not look.

    A manager that is away is no failure of ours: nothing is raised.
    """

    def __init__(self, address: str | None, watchdog_seconds: float | None) -> None:
        self._address = f"\0{address[1:]}" if address and address.startswith("@") else address
        self._watchdog_seconds = watchdog_seconds

    def ready(self) -> None:
        """It answers from now on."""
        self._tell("READY=1\nSTATUS=working")

    def waiting(self, what: str) -> None:
        """One line that says what it waits for; it is not ready."""
        self._tell(f"STATUS={what}")

    def stopping(self) -> None:
        """It was asked to end and does."""
        self._tell("STOPPING=1")

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[None]:
        """While the block runs and the event loop turns, the watchdog hears of it, twice in its time."""
        telling = asyncio.create_task(self._keep_telling())
        try:
            yield
        finally:
            telling.cancel()
            with suppress(asyncio.CancelledError):
                await telling

    async def _keep_telling(self) -> None:
        while self._watchdog_seconds is not None:
            self._tell("WATCHDOG=1")
            await asyncio.sleep(self._watchdog_seconds / 2)

    def _tell(self, message: str) -> None:
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
            line.setblocking(False)
            line.sendto(message.encode(), self._address)
