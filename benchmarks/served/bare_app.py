"""The floor of push and ingest: one bare ASGI application on the same uvicorn. Run: `python -m … PORT`."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import uvicorn

from benchmarks.served.servers import raise_file_limit

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


class Body(msgspec.Struct):
    """Typed decode of the floor: the nine fields, the hash and the votes."""

    signal_id: str
    symbol: str
    action: str
    entry_price: float
    confidence: float
    strategy: str
    timestamp: str
    verification_hash: str
    target_price: float | None = None
    stop_price: float | None = None
    votes: list[dict[str, Any]] = []


class Bare:
    """POST: typed decode, SHA-256, and the body to every reader. GET: a reader's stream. No database, no checks."""

    def __init__(self) -> None:
        self._decoder = msgspec.json.Decoder(Body)
        self._waiting: list[asyncio.Future[bytes]] = []

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await (self._taken(receive, send) if scope["method"] == "POST" else self._streamed(send))

    async def _taken(self, receive: Receive, send: Send) -> None:
        message = await receive()
        body = message["body"]
        while message["more_body"]:
            message = await receive()
            body += message["body"]
        self._decoder.decode(body)
        answer = msgspec.json.encode({"hash": hashlib.sha256(body).hexdigest()})
        headers = [(b"content-length", str(len(answer)).encode()), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": answer})
        woken, self._waiting = self._waiting, []
        for each in woken:
            each.set_result(b"id: 1\nevent: signal\ndata: %s\n\n" % body)

    async def _streamed(self, send: Send) -> None:
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        piece = b"retry: 1000\n\n"
        while True:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            future = asyncio.get_running_loop().create_future()
            self._waiting.append(future)
            piece = await future


if __name__ == "__main__":
    raise_file_limit()
    app: Any = Bare()
    uvicorn.run(app, port=int(sys.argv[1]), log_level="critical", access_log=False, lifespan="off", backlog=4096)
