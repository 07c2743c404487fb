"""A way between two processes that can be made slow, or cut: a relay for TCP on loopback."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

CHUNK_BYTES = 65_536


class SlowLine:
    """Everything that comes is handed on `delay_seconds` later, in order. While `cut`, no connection is taken and none
    stays open."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._open = set[asyncio.StreamWriter]()
        self.delay_seconds = 0.0
        self._cut = False
        self.port = 0

    def cut(self) -> None:
        self._cut = True
        for writer in [*self._open]:
            writer.transport.abort()

    async def ended(self) -> None:
        """Nothing is open any more."""
        while self._open:
            await asyncio.sleep(0.01)

    def mend(self) -> None:
        self._cut, self.delay_seconds = False, 0.0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it."""
        self._open.add(writer)
        try:
            await self._join(reader, writer)
        finally:
            await _close(writer)
            self._open.remove(writer)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._open.add(back)
        try:
            await asyncio.gather(self._relay(reader, back), self._relay(there, writer))
        finally:
            await _close(back)
            self._open.remove(back)

    async def _relay(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await source.read(CHUNK_BYTES):
                if self.delay_seconds:
                    await asyncio.sleep(self.delay_seconds)
                sink.write(chunk)
                await sink.drain()
        with contextlib.suppress(OSError):
            sink.write_eof()


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


@asynccontextmanager
async def slow_line(port: int) -> AsyncIterator[SlowLine]:
    """A line to this port of this machine."""
    line = SlowLine(port)
    server = await asyncio.start_server(line.take, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
        await server.wait_closed()
        line.cut()
        await line.ended()
