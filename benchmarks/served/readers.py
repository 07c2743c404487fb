"""N readers in a process of their own, with a cost of their own as low as plain sockets allow.

Run by `readers` below. The process says when all are connected, and then the monotonic moment, which all processes of
a machine share, at which the last reader has each event.
"""

from __future__ import annotations

import asyncio
import os
import select
import socket
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from benchmarks.served.servers import ROOT, Server, raise_file_limit

MARKS = {"stream": b"\ndata: ", "idle": b"\ndata: ", "socket": b'"event_id"'}
WEBSOCKET = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


class Readers:
    """N readers of one server. `moment` is when the last of them has the next event."""

    def __init__(self, process: asyncio.subprocess.Process, took: float) -> None:
        self._process, self.connecting_seconds = process, took

    async def moment(self) -> float:
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), 60)
        if not line.strip() or line.startswith(b"lost"):
            raise SystemExit(f"readers were lost: {line.decode()}")
        return float(line)


@asynccontextmanager
async def readers(server: Server, count: int, kind: str = "stream") -> AsyncIterator[Readers]:
    command = (sys.executable, "-m", "benchmarks.served.readers", str(server.port), str(count), kind, *server.cookies)
    start = time.monotonic()
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=-1)
    assert process.stdout is not None
    if (await process.stdout.readline()).strip() != b"connected":
        raise SystemExit("the readers could not connect")
    try:
        yield Readers(process, time.monotonic() - start)
    finally:
        process.kill()
        await process.wait()


def request_of(port: int, cookie: str, kind: str) -> bytes:
    path, more = ("/ws/signals", WEBSOCKET) if kind == "socket" else ("/stream/signals", "")
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n{more}\r\n".encode()


def read(port: int, count: int, kind: str, cookies: Sequence[str]) -> None:
    """`kind`: `stream`, `socket`, or `idle`, which takes nothing and has the smallest buffers the kernel gives."""
    raise_file_limit()
    chooser, lines = select.epoll(), []
    for begin in range(0, count, 100):
        some = [
            opened(port, request_of(port, cookies[number % len(cookies)] if cookies else "", kind), kind)
            for number in range(begin, min(begin + 100, count))
        ]
        for line in some:
            until_open(line, b"101" if kind == "socket" else b"retry: ")
            line.setblocking(False)
            chooser.register(line.fileno(), select.EPOLLIN)
        lines += some
    time.sleep(0.5)
    print("connected", flush=True)
    if kind == "idle":
        time.sleep(600)
    tell_moments(chooser, count, MARKS[kind])


def tell_moments(chooser: select.epoll, count: int, mark: bytes) -> None:
    arrived = 0
    while True:
        for number, _ in chooser.poll(maxevents=count):
            piece = os.read(number, 16_384)
            if not piece:
                print("lost", flush=True)
                return
            arrived += piece.count(mark)
        while arrived >= count:
            arrived -= count
            print(time.monotonic(), flush=True)


def opened(port: int, request: bytes, kind: str) -> socket.socket:
    line = socket.socket()
    if kind == "idle":
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    line.connect(("127.0.0.1", port))
    line.sendall(request)
    return line


def until_open(line: socket.socket, sign: bytes) -> None:
    line.settimeout(30)
    got = b""
    while sign not in got:
        piece = line.recv(4096)
        if not piece:
            raise SystemExit(f"refused: {got[:200]!r}")
        got += piece


if __name__ == "__main__":
    read(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
