"""A client that costs little: one kept connection, one request at a time; or many requests at a steady rate."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from benchmarks.served.servers import KEY, Server


@dataclass
class Line:
    """One kept connection."""

    server: Server
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    heads: Iterator[bytes] = field(init=False)

    def __post_init__(self) -> None:
        cookies = [f"Cookie: {each}\r\n" for each in self.server.cookies] or [""]
        # One reader after the other: what one account may ask is limited.
        self.heads = itertools.cycle(
            f"Host: 127.0.0.1:{self.server.port}\r\nX-API-Key: {KEY}\r\n{cookie}".encode() for cookie in cookies
        )

    async def ask(self, method: str, path: str, content: object = None) -> tuple[int, str, bytes]:
        """Status, head and body of the answer; `content` is bytes as they are, or a value as JSON."""
        body = b"" if content is None else content if isinstance(content, bytes) else json.dumps(content).encode()
        kind = b"Content-Type: application/json\r\nContent-Length: %d\r\n" % len(body) if content is not None else b""
        begin = b"%s %s HTTP/1.1\r\n%s%s\r\n" % (method.encode(), path.encode(), next(self.heads), kind)
        self.writer.write(begin + body)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = int(head.lower().split("content-length: ", 1)[1].split("\r\n", 1)[0])
        answer = await self.reader.readexactly(length)
        return int(head.split(" ", 2)[1]), head, answer


@asynccontextmanager
async def connected(server: Server) -> AsyncIterator[Line]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        yield Line(server, reader, writer)
    finally:
        writer.close()


async def post(line: Line, path: str, body: bytes) -> None:
    status, _, answer = await line.ask("POST", path, body)
    if status not in (200, 201):
        raise SystemExit(f"{path} answered {status}: {answer[:200]!r}")


async def at_rate(
    lines: list[Line], asked: Callable[[int], tuple[str, str, object]], rate: int, count: int
) -> list[float]:
    """Milliseconds of each request from the moment at which it was due, whatever the ones before take."""
    free: asyncio.Queue[Line] = asyncio.Queue()
    for line in lines:
        free.put_nowait(line)
    begin = time.monotonic() + 0.1

    async def one(number: int) -> float:
        due = begin + number / rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        line = await free.get()
        status, _, answer = await line.ask(*asked(number))
        free.put_nowait(line)
        if status >= 300:
            raise SystemExit(f"answered {status}: {answer[:200]!r}")
        return (time.monotonic() - due) * 1000

    return list(await asyncio.gather(*(one(number) for number in range(count))))
