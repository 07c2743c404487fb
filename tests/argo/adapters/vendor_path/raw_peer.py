"""A vendor on loopback that answers byte by byte what it is told, faults of the wire included."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Answering = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class RawPeer:
    """`requests` as they came, heads and bodies; `answering` writes whatever it likes, then the connection ends."""

    answering: Answering
    port: int = 0
    requests: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length")
                ),
                0,
            )
            self.requests.append(head + await reader.readexactly(length))
            await self.answering(writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        except asyncio.CancelledError:
            writer.transport.abort()
            raise
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()  # else the transport outlives its loop


@asynccontextmanager
async def running_peer(answering: Answering, port: int = 0) -> AsyncIterator[RawPeer]:
    """The peer behind a real listener, on a free port if none is named."""
    peer = RawPeer(answering)
    tasks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(peer.serve(reader, writer))
        tasks[task] = writer
        task.add_done_callback(tasks.pop)

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    peer.port = server.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        server.close()
        open_writers = tuple(tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # A task that is cancelled before its first step has closed nothing.
        for writer in open_writers:
            writer.transport.abort()
        await asyncio.sleep(0)


def answer(status: str, body: bytes, *headers: str, kind: str | None = "application/json") -> Answering:
    """A whole answer, for instance `answer("200 OK", b"{}")`."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    lines += [] if kind is None else [f"Content-Type: {kind}"]

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)

    return write


def raw(content: bytes) -> Answering:
    """Exactly these bytes, then the end."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(content)

    return write


async def reset(writer: asyncio.StreamWriter) -> None:
    """The connection is torn down without an answer."""
    writer.transport.abort()


async def silence(_: asyncio.StreamWriter) -> None:
    """Nothing, for longer than anybody waits."""
    await asyncio.sleep(3600.0)


async def drip(writer: asyncio.StreamWriter) -> None:
    """One byte now and then: no read ever times out, and the answer never ends."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n[")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)
